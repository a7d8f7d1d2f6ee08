// A line of the log of predictions: what a server answered, so that labels which come later can be held against it.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { share } from './values.ts'

export const PREDICTION_SCHEMA = 'weir/prediction/1'

/** A file `*.jsonl` in the folder of predictions has one a line. Open: a newer server may say more. */
export const PredictionLine = Type.Object({
  schema: Type.Literal(PREDICTION_SCHEMA),
  id: Type.String({ minLength: 1, description: 'of the request' }),
  at: Type.String({ description: 'ISO 8601, UTC' }),
  model: Type.String({ minLength: 1, description: 'its name in the registry' }),
  version: Type.Integer({ minimum: 1 }),
  entity: Type.String({ minLength: 1, description: "the entity's key" }),
  as_of: AsOf,
  probability: share('of the event'),
  prediction: Type.Unsafe<0 | 1>(
    Type.Integer({ minimum: 0, maximum: 1, description: '0 or 1, at the threshold of the model' }),
  ),
})
export type PredictionLine = Static<typeof PredictionLine>
