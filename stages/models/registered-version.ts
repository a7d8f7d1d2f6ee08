// What the registry answers to a stage: the version in Production, as a port.
import { Type } from '@sinclair/typebox'
import {
  ChallengerAnswer,
  PastAnswer,
  ProductionAnswer,
  type RegisteredVersion,
  ServedAnswer,
} from '@weir/formats/registry-answer'
import { ref } from '@weir/runner'

/** Null where the registry has nothing to resolve. */
const Answer = Type.Union([ProductionAnswer, Type.Null()])

/** The version in Production, counting only events of an earlier period. */
export const incumbent = ref(
  'registry://${promote.name}/incumbent?store=${promote.store}&before=${as_of}',
  Answer,
)

/** The version that was in Production just before the candidate was first registered. */
export const rival = ref(
  'registry://${promote.name}/rival?store=${promote.store}&candidate=artifacts/candidate',
  Answer,
)

/** The open challenger, counting only events of an earlier period. */
export const challenger = ref(
  'registry://${promote.name}/challenger?store=${promote.store}&before=${as_of}',
  ChallengerAnswer,
)

/** The challenger that was open just before the candidate was first registered. */
export const joined = ref(
  'registry://${promote.name}/challenger?store=${promote.store}&candidate=artifacts/candidate',
  ChallengerAnswer,
)

/** What the decisions of earlier periods rested on. */
export const past = ref(
  'registry://${promote.name}/past?store=${promote.store}&before=${as_of}',
  PastAnswer,
)

/** The features of the versions that may be served with the online table. */
export const served = ref(
  'registry://${promote.name}/served?store=${promote.store}&before=${as_of}',
  ServedAnswer,
)

/** The version that an answer names, or null where there is none. */
export function versionIn(answer: ProductionAnswer | null): RegisteredVersion | null {
  return answer === null || answer.version === null ? null : answer
}
