// What the stages found in a period, from the artefacts that they left; an artefact of another period is not of this look.
import { join } from 'node:path'
import type { Static, TSchema } from '@sinclair/typebox'
import type { Files } from '@weir/base/files'
import { Decision, Drift, Promotion, Score } from '@weir/formats/artifacts'
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
    performance: performanceOf(ofPeriod(read(Score, 'score.json'), period)),
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

/** Half the width of a 95 % interval, in standard deviations. */
const HALF_95 = 1.96

function performanceOf(score: Score | undefined): Look['performance'] {
  const month = score?.current
  if (!score || !month || score.version === null) return null
  const { period, n, auc, f1, expected } = month
  return {
    period,
    version: score.version,
    n,
    auc: estimateOf(auc),
    expected_auc: expectedOf(expected.auc),
    f1: estimateOf(f1),
  }
}

type Estimate = NonNullable<NonNullable<Look['performance']>['auc']>

function estimateOf({ value, low, high }: Nullable<Estimate>): Estimate | null {
  return value === null ? null : { value, low, high }
}

function expectedOf({ value, se }: { value: number | null; se: number | null }): Estimate | null {
  if (value === null) return null
  const half = se === null ? null : HALF_95 * se
  return {
    value,
    low: half === null ? null : value - half,
    high: half === null ? null : value + half,
  }
}

type Nullable<T> = { readonly [Key in keyof T]: T[Key] | null }

function driftOf({ reference, drift_share, columns }: Drift): Look['drift'] {
  return {
    reference,
    share: drift_share,
    columns: columns.map(({ column, score, drifted }) => ({ column, effect: score, drifted })),
  }
}
