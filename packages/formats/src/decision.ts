// artifacts/decision.json: whether the period calls for a new model, and why.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, figure, list, oneOf, orNull } from './values.ts'

/** The reasons for a new model, in the order in which they are told. */
export const REASON_NAMES = ['performance', 'drift', 'target', 'calibration', 'age'] as const
export type ReasonName = (typeof REASON_NAMES)[number]

/** One of the five reasons in a period. */
export const DecisionReason = Type.Object(
  {
    name: oneOf(REASON_NAMES, 'which of the five'),
    asks: Type.Boolean({ description: 'whether it asks for a new model' }),
    figure: orNull(Type.Number(), 'how bad it is, in its own unit; null where it is unknown'),
    p: orNull(Type.Number(), 'of its test; null where there is none'),
    text: Type.String({ description: 'in words, with its numbers' }),
    silenced: orNull(Type.String(), 'why it does not count although it asks'),
  },
  CLOSED,
)
export type DecisionReason = Static<typeof DecisionReason>

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
    labelled: orNull(AsOf, 'the labelled period that it rests on; null: none'),
    cause: orNull(
      oneOf(REASON_NAMES, 'which of the five'),
      'the first reason that asks for retraining; null where none does',
    ),
    reasons: list(DecisionReason, { description: 'all five, performance first' }),
  },
  CLOSED,
)
export type Decision = Static<typeof Decision>
