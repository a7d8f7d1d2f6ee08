// artifacts/comparison.json: the candidate against the model in Production, on the same held-out users: its first look.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, figure, list, oneOf, orNull, share } from './values.ts'

/** What a guard rail found. */
export const GuardFindings = list(
  Type.Object(
    {
      guard: oneOf(['calibration', 'slices', 'cost', 'examples'], 'params promote.guards'),
      answer: oneOf(['pass', 'warn', 'block'], 'block: keeps the model out of Production'),
      text: Type.String({ description: 'in words, with its numbers' }),
    },
    CLOSED,
  ),
)

/** The figures that the gate decides by; null without Production, or with fewer than two rows of a class. */
export const GATE_FIGURES = {
  gain: orNull(Type.Number(), "its AUC minus Production's, pooled over its looks"),
  se: orNull(Type.Number(), 'standard error of the gain, clustered by user'),
  bound_low: orNull(Type.Number(), 'gain − 2.289 se: above zero for promotion'),
  bound_high: orNull(Type.Number(), 'gain + 1.645 se: rejected where it is below min_gain'),
  smallest: orNull(Type.Number(), 'the smallest gain that so many users can show: 2 se'),
}

const Join = Type.Object(
  {
    version: Type.Integer({ minimum: 1, description: "the open challenger's" }),
    stays: oneOf(['open', 'joining'], 'which of the two stays open; joining: the candidate'),
    difference: figure("the candidate's AUC minus the challenger's, on the same rows"),
    reason: Type.String(),
  },
  CLOSED,
)

export const Comparison = Type.Object(
  {
    as_of: AsOf,
    period: Type.Unsafe<string>({ ...AsOf, description: 'the labelled period of the users' }),
    candidate_auc: share("the candidate's AUC"),
    production_auc: orNull(Type.Number(), "Production's AUC; null without Production"),
    production_version: orNull(Type.Integer({ minimum: 1 }), 'null without Production'),
    ...GATE_FIGURES,
    gain_low: orNull(
      Type.Number(),
      "DeLong's 95 % interval for paired rows; null with fewer than two rows of a class",
    ),
    gain_high: orNull(Type.Number(), 'its upper bound'),
    min_gain: figure('the gain must be more than this'),
    n: count('held-out users that both scored'),
    positives: count('of those, how many have the label 1'),
    answer: oneOf(['promote', 'reject', 'undecided'], 'undecided: it stays open for another look'),
    promote: Type.Boolean({ description: 'whether the candidate is put forward' }),
    reason: Type.String(),
    guards: GuardFindings,
    join: orNull(Join, 'beside the open challenger; null where there is none'),
  },
  CLOSED,
)
export type Comparison = Static<typeof Comparison>
