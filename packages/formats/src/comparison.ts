// artifacts/comparison.json: the candidate against the model in Production, on the same held-out users.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, figure, orNull, share } from './values.ts'

export const Comparison = Type.Object(
  {
    as_of: AsOf,
    candidate_auc: share("the candidate's AUC"),
    production_auc: orNull(Type.Number(), "Production's AUC; null without Production"),
    production_version: orNull(Type.Integer({ minimum: 1 }), 'null without Production'),
    gain: orNull(Type.Number(), "the candidate's AUC minus Production's; null without Production"),
    gain_low: orNull(
      Type.Number(),
      "DeLong's 95 % interval for paired rows; null with fewer than two rows of a class",
    ),
    gain_high: orNull(Type.Number(), 'its upper bound'),
    min_gain: figure('the gain must be more than this'),
    n: count('held-out users that both scored'),
    promote: Type.Boolean({ description: 'whether the candidate is put forward' }),
    reason: Type.String(),
  },
  CLOSED,
)
export type Comparison = Static<typeof Comparison>
