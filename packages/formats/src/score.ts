// artifacts/score.json: how good Production is on the labelled months, beside what it was when it was registered.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, figure, list, orNull, share } from './values.ts'

/** A figure with its 95 % interval; null where the rows cannot give it. */
function withInterval(description: string) {
  return Type.Object(
    {
      value: orNull(Type.Number(), description),
      low: orNull(Type.Number(), '95 % interval'),
      high: orNull(Type.Number(), 'its upper bound'),
    },
    CLOSED,
  )
}

function expected(description: string) {
  return Type.Object(
    {
      value: orNull(Type.Number(), description),
      se: orNull(Type.Number(), 'standard deviation of what labels show around it'),
    },
    CLOSED,
  )
}

const Variance = Type.Object(
  {
    intercept: figure('of the intercept'),
    slope: figure('of the slope'),
    covariance: figure('of the two'),
  },
  CLOSED,
)

/** Cox's calibration. */
const Calibration = Type.Object(
  {
    intercept: figure('0 where calibrated; above, too low a rate was predicted'),
    slope: figure('1 where calibrated; below, the probabilities are too extreme'),
    variance: Variance,
    statistic: figure('likelihood ratio against intercept 0 and slope 1'),
    p: figure('of both together'),
    slopeP: figure('of a slope below 1'),
    error: figure('mean |probability − recalibrated probability|'),
  },
  CLOSED,
)

/** A model's figures on the labelled held-out users of a month. */
export const MonthScore = Type.Object(
  {
    period: AsOf,
    n: count('held-out users with a label'),
    positives: count('of those, how many have the label 1'),
    auc: withInterval('area under the ROC curve'),
    f1: withInterval('at the threshold'),
    precision: withInterval('at the threshold'),
    recall: withInterval('at the threshold'),
    brier: withInterval('mean squared error of the probabilities'),
    called: withInterval('share of users called 1'),
    expected: Type.Object(
      {
        auc: expected('AUC by the probabilities alone'),
        f1: expected('F1 by the probabilities alone'),
        rate: expected('rate of the label by the probabilities alone'),
      },
      CLOSED,
    ),
    cox: orNull(Calibration, "Cox's calibration; null where there is none"),
  },
  CLOSED,
)
export type MonthScore = Static<typeof MonthScore>

const Calls = Type.Object(
  {
    period: AsOf,
    n: count('held-out users, with a label or not'),
    called: share('share of them called 1'),
    mean: share('mean probability'),
  },
  CLOSED,
)

const Labels = Type.Object(
  { period: AsOf, n: count('users with a label'), positives: count('of those, with the label 1') },
  CLOSED,
)

function before<T extends TSchema>(schema: T) {
  return orNull(schema, 'the same when Production was registered; null where its period is gone')
}

export const Score = Type.Object(
  {
    as_of: AsOf,
    labelled: orNull(AsOf, 'the newest period with enough labels; null: none'),
    version: orNull(Type.Integer({ minimum: 1 }), 'in Production; null for none'),
    current: orNull(MonthScore, 'on the newest labelled period; null where it cannot be scored'),
    registration: before(MonthScore),
    months: list(MonthScore, { description: 'every labelled period since registration, in order' }),
    prediction: orNull(
      Type.Object({ current: Calls, registration: before(Calls) }, CLOSED),
      'what is predicted for the period itself, which needs no labels',
    ),
    target: orNull(
      Type.Object({ current: Labels, registration: before(Labels) }, CLOSED),
      'the labels themselves, of all users',
    ),
    note: orNull(Type.String(), 'why something could not be scored'),
  },
  CLOSED,
)
export type Score = Static<typeof Score>
