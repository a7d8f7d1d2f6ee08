// What promote acts on: the candidate's evaluation, its comparison with Production, and why it was trained.
import type { TSchema } from '@sinclair/typebox'
import { Comparison, Decision, Evaluation } from '@weir/formats/artifacts'
import { readJson } from '@weir/formats/json-file'
import type { StageContext } from '@weir/runner'

export interface Verdict {
  readonly evaluation: Evaluation
  readonly comparison: Comparison
  readonly decision: Decision
}

/**
 * Reads artifacts/evaluation.json, comparison.json and decision.json through a stage's `input`.
 * @throws StageError FILE_UNREADABLE, JSON_INVALID, ARTIFACT_INVALID
 */
export async function readVerdict(input: StageContext<unknown>['input']): Promise<Verdict> {
  const read = <Schema extends TSchema>(schema: Schema, name: string) =>
    readJson(input(name), schema, name)
  return {
    evaluation: await read(Evaluation, 'artifacts/evaluation.json'),
    comparison: await read(Comparison, 'artifacts/comparison.json'),
    decision: await read(Decision, 'artifacts/decision.json'),
  }
}
