// A line of the monitor's journal: what a look at one period came to, or that an alert reached somebody.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, list, oneOf, orNull, share } from './values.ts'

export const MONITOR_SCHEMA = 'weir/monitor/1'

/** An estimate with its 95 % interval. */
const Estimate = Type.Object(
  { value: Type.Number(), low: orNull(Type.Number(), ''), high: orNull(Type.Number(), '') },
  CLOSED,
)

/** How good Production was on the labelled users of a period, as score.json has it. */
const Performance = Type.Object(
  {
    period: AsOf,
    version: Type.Integer({ minimum: 1 }),
    n: count('users with a label'),
    auc: orNull(Estimate, 'realised'),
    expected_auc: orNull(Estimate, 'by the probabilities alone'),
    f1: orNull(Estimate, 'at the threshold'),
  },
  CLOSED,
)
export type Performance = Readonly<Static<typeof Performance>>

/** How predictions that were served came true, once labels were known. */
const Served = Type.Object(
  {
    period: AsOf,
    n: count('served predictions that have a label'),
    auc: orNull(share('ranking of the served probabilities'), 'null for one class'),
    f1: Estimate,
    precision: share(''),
    recall: share(''),
    brier: share('mean squared error of the probabilities'),
    floor: share('an alert where f1.high lies below'),
    below: Type.Boolean({ description: 'whether it does' }),
  },
  CLOSED,
)
export type Served = Readonly<Static<typeof Served>>

const Alert = Type.Object(
  {
    cause: Type.String({ description: 'the same cause is told once' }),
    text: Type.String({ description: 'one sentence with its figures' }),
  },
  CLOSED,
)
export type Alert = Readonly<Static<typeof Alert>>

export const LOOK_OUTCOMES = ['done', 'idle', 'suspicious', 'failed', 'interrupted'] as const

const Look = Type.Object(
  {
    schema: Type.Literal(MONITOR_SCHEMA),
    kind: Type.Literal('look'),
    at: Type.String({ description: 'ISO 8601, UTC' }),
    period: AsOf,
    run: orNull(Type.String(), 'its id, as `weir runs` has it; null where none was begun'),
    outcome: oneOf(LOOK_OUTCOMES, 'idle: nothing had changed'),
    problem: orNull(
      Type.Object(
        { code: Type.String(), message: Type.String(), stage: orNull(Type.String(), '') },
        CLOSED,
      ),
      'why it failed, or is suspicious',
    ),
    action: orNull(Type.String(), 'bootstrap, retrain, wait or none; null before a decision'),
    reason: orNull(Type.String(), 'of the decision, in words'),
    decision: orNull(Type.String(), 'what became of the candidate; null without one'),
    production: orNull(Type.Integer({ minimum: 1 }), 'the version that is in Production after it'),
    performance: orNull(Performance, 'null without a labelled period'),
    drift: orNull(
      Type.Object(
        {
          reference: orNull(AsOf, ''),
          share: orNull(share(''), 'drifted ÷ columns'),
          columns: list(
            Type.Object(
              { column: Type.String(), effect: orNull(Type.Number(), ''), drifted: Type.Boolean() },
              CLOSED,
            ),
          ),
        },
        CLOSED,
      ),
      'null before the stage drift',
    ),
    served: list(Served, { description: 'by period, of the log of predictions' }),
    alerts: list(Alert),
  },
  CLOSED,
)
export type Look = Readonly<Static<typeof Look>>

const Sent = Type.Object(
  {
    schema: Type.Literal(MONITOR_SCHEMA),
    kind: Type.Literal('sent'),
    at: Type.String({ description: 'ISO 8601, UTC' }),
    cause: Type.String(),
    to: Type.String({
      description: 'host of the webhook; of several at one host with the beginning of its digest',
    }),
  },
  CLOSED,
)
export type Sent = Readonly<Static<typeof Sent>>

export const MonitorLine = Type.Union([Look, Sent])
export type MonitorLine = Look | Sent
