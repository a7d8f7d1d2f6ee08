// What promote acts on: the candidate's evaluation, its comparison with Production, and why it was trained.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { StageError } from '../../runner/api.ts'
import { readJson } from './json-file.ts'

const figure = Type.Union([Type.Number(), Type.Null()])

const Evaluation = Type.Record(
  Type.String(),
  Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]),
)

const Comparison = Type.Object({
  candidate_auc: figure,
  production_auc: figure,
  production_version: figure,
  promote: Type.Boolean(),
  reason: Type.String(),
})

const Decision = Type.Object({
  action: Type.Union([Type.Literal('bootstrap'), Type.Literal('retrain'), Type.Literal('none')]),
  drift_share: figure,
  threshold: Type.Number(),
  target_drift: figure,
})

export interface Verdict {
  readonly evaluation: Static<typeof Evaluation>
  readonly comparison: Static<typeof Comparison>
  readonly decision: Static<typeof Decision>
}

/**
 * Reads artifacts/evaluation.json, comparison.json and decision.json among a stage's inputs.
 * @throws StageError FILE_UNREADABLE, JSON_INVALID, ARTIFACT_INVALID
 */
export async function readVerdict(inputs: Readonly<Record<string, string>>): Promise<Verdict> {
  return {
    evaluation: await read(inputs, 'artifacts/evaluation.json', Evaluation),
    comparison: await read(inputs, 'artifacts/comparison.json', Comparison),
    decision: await read(inputs, 'artifacts/decision.json', Decision),
  }
}

async function read<Schema extends TSchema>(
  inputs: Readonly<Record<string, string>>,
  name: string,
  schema: Schema,
): Promise<Static<Schema>> {
  const path = inputs[name] ?? name
  const value = await readJson(path)
  if (Value.Check(schema, value)) return value
  const first = Value.Errors(schema, value).First()
  throw new StageError('ARTIFACT_INVALID', `${name}: ${first?.message} at ${first?.path || '/'}`, {
    where: path,
    hint: 'run the stage that writes it again',
  })
}
