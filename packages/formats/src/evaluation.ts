// artifacts/evaluation.json: how good the candidate is on the held-out users.
import { type Static, Type } from '@sinclair/typebox'
import { CLOSED, count, figure, orNull, share } from './values.ts'

export const Evaluation = Type.Object(
  {
    auc: share('area under the ROC curve'),
    auc_low: orNull(
      Type.Number(),
      "DeLong's 95 % interval; null with fewer than two rows of a class",
    ),
    auc_high: orNull(Type.Number(), 'its upper bound'),
    pr_auc: share('average precision'),
    brier: share('mean squared error of the probabilities'),
    log_loss: figure('in nats'),
    f1: share('at the threshold'),
    precision: share('at the threshold'),
    recall: share('at the threshold'),
    accuracy: share('at the threshold'),
    threshold: share('a probability from here on is called 1'),
    n: count('held-out users with a label'),
    positives: count('of those, how many have the label 1'),
  },
  CLOSED,
)
export type Evaluation = Static<typeof Evaluation>
