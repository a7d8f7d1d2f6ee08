// artifacts/decision.json: whether the period calls for a new model, and why.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, figure, oneOf, orNull } from './values.ts'

export const Decision = Type.Object(
  {
    as_of: AsOf,
    action: oneOf(
      ['bootstrap', 'retrain', 'wait', 'none'],
      'bootstrap: there is no earlier model; wait: for labels',
    ),
    retrain: Type.Boolean({ description: 'whether a candidate is to be trained' }),
    reason: Type.String({ description: 'one line: the word for the action, then its figures' }),
    drift_share: orNull(Type.Number(), 'as in drift.json'),
    threshold: figure('the drift share from which on a new model is trained'),
    target_drift: orNull(Type.Number(), 'as in drift.json'),
  },
  CLOSED,
)
export type Decision = Static<typeof Decision>
