// What promote acts on: the candidate's evaluation, its comparison with Production, and why it was trained.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { readJson } from '@weir/formats/json-file'
import { type StageContext, StageError } from '@weir/runner'

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
 * Reads artifacts/evaluation.json, comparison.json and decision.json through a stage's `input`.
 * @throws StageError FILE_UNREADABLE, JSON_INVALID, ARTIFACT_INVALID
 */
export async function readVerdict(input: StageContext<unknown>['input']): Promise<Verdict> {
  return {
    evaluation: await read(input, 'artifacts/evaluation.json', Evaluation),
    comparison: await read(input, 'artifacts/comparison.json', Comparison),
    decision: await read(input, 'artifacts/decision.json', Decision),
  }
}

async function read<Schema extends TSchema>(
  input: StageContext<unknown>['input'],
  name: string,
  schema: Schema,
): Promise<Static<Schema>> {
  const path = input(name)
  const value = await readJson(path)
  if (Value.Check(schema, value)) return value
  const first = Value.Errors(schema, value).First()
  throw new StageError('ARTIFACT_INVALID', `${name}: ${first?.message} at ${first?.path || '/'}`, {
    where: path,
    hint: 'run the stage that writes it again',
  })
}
