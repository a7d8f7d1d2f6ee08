// What the stages found in a period, from the artefacts that they left; an artefact of another period is not of this look.
import { join } from 'node:path'
import type { Static, TSchema } from '@sinclair/typebox'
import type { Files } from '@weir/base/files'
import { Decision, Drift, Promotion } from '@weir/formats/artifacts'
import { readDocument } from '@weir/formats/document'
import type { Look } from '@weir/formats/monitor-line'

/** What a look has of the stages. */
export type StageFindings = Pick<Look, 'action' | 'reason' | 'decision' | 'performance' | 'drift'>

/** Reads the artefacts of a period. One that is missing, or that is none, is as if its stage had not run. */
export function stageFindings(root: string, period: string, files: Files): StageFindings {
  const read = <Schema extends TSchema>(schema: Schema, name: string) =>
    documentIn(schema, files.read(join(root, 'artifacts', name)))
  const decision = ofPeriod(read(Decision, 'decision.json'), period)
  const promotion = ofPeriod(read(Promotion, 'promotion.json'), period)
  const drift = read(Drift, 'drift.json')
  return {
    action: decision?.action ?? null,
    reason: decision?.reason ?? null,
    decision: decision?.retrain ? (promotion?.decision ?? null) : null,
    performance: null,
    drift: drift?.current === period ? driftOf(drift) : null,
  }
}

function documentIn<Schema extends TSchema>(
  schema: Schema,
  text: string | undefined,
): Static<Schema> | undefined {
  if (text === undefined) return undefined
  const read = readDocument(schema, text)
  return 'value' in read ? read.value : undefined
}

function ofPeriod<T extends { readonly as_of: string }>(
  document: T | undefined,
  period: string,
): T | undefined {
  return document?.as_of === period ? document : undefined
}

function driftOf({ reference, drift_share, columns }: Drift): Look['drift'] {
  return {
    reference,
    share: drift_share,
    columns: columns.map(({ column, score, drifted }) => ({ column, effect: score, drifted })),
  }
}
