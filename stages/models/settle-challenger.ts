// What a period makes of the open challenger, by its look at it.
import type { Challenge, Settled } from '@weir/formats/artifacts'
import { isOpen, production, type Version } from '@weir/registry/fold'
import type { Registry } from '@weir/registry/registry'
import { type Entering, putForward, settledOf, type Verdict } from './put-forward.ts'
import { requestOfLook } from './request.ts'

/**
 * Carries out the answer of challenge.json. A challenger that is settled keeps what it came to; one that waits for a
 * person is put forward anew where its look has changed. A run of an earlier period than the newest one, and one in
 * which Production has changed since, change nothing.
 */
export async function settleChallenger(
  registry: Registry,
  name: string,
  challenge: Challenge,
  { table, requireApproval }: Omit<Entering, 'request'>,
): Promise<Settled | null> {
  const model = (await registry.state()).get(name)
  const version = model?.versions.get(challenge.version ?? 0)
  if (version === undefined) return null
  const stays = (reason: string): Settled => ({ ...settledOf({ version }), reason })
  const waits = version.stage === 'Staging' && challenge.answer === 'promote'
  if (!isOpen(version) && !waits) return settledOf({ version })
  if ((model?.processed ?? '') > challenge.as_of) {
    return stays(`${model?.processed} has been processed: ${challenge.as_of} changes nothing`)
  }
  if (production(model)?.version !== challenge.against) {
    return stays('Production has changed since it was compared')
  }
  const verdict = verdictOf(challenge)
  if (verdict === null) return stays(challenge.reason)
  const request = await requestOfLook(challenge, table)
  return putForward(registry, version, verdict, { table, requireApproval, request })
}

/** The verdict of challenge.json; null where there was nothing to look at. */
export function verdictOf({ answer, reason, looks, against, gain, se }: Challenge): Verdict | null {
  const labelled = looks.at(-1)
  if (answer === null || labelled === undefined || against === null) return null
  return { answer, reason, look: { labelled, against, gain: gain ?? 0, se } }
}

/** Whether a version is still to be settled by this period. */
export function isChallenger(version: Version | undefined): version is Version {
  return version !== undefined && isOpen(version)
}
