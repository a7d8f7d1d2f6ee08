// artifacts/drift.json: how a period differs from its reference, column by column.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, figure, list, oneOf, orNull, share } from './values.ts'

/** What a column is to a drift statistic. */
export const COLUMN_KINDS = ['numeric', 'categorical'] as const
export type ColumnKind = (typeof COLUMN_KINDS)[number]

/** The rules by which a column drifts. */
export const DRIFT_PRESETS = ['weir', 'evidently'] as const
export type DriftPreset = (typeof DRIFT_PRESETS)[number]

const pValue = (description: string) => orNull(Type.Number({ minimum: 0, maximum: 1 }), description)

/** The drift of one column. */
export const ColumnDrift = Type.Object(
  {
    column: Type.String({ description: 'a feature, or the target' }),
    type: oneOf(COLUMN_KINDS, 'by its feature type (data.md)'),
    method: Type.String({ description: 'the method of the score (data.md); by `weir` the effect' }),
    threshold: Type.Number({ minimum: 0, description: 'of the score' }),
    score: orNull(
      Type.Number(),
      'p-value or distance; null where a side has no values, or where it is no number',
    ),
    test: orNull(Type.String(), 'the test of the rule `weir`; null under Evidently’s preset'),
    p: pValue('of the test; null where a side has no values'),
    adjusted: pValue('the p-value corrected for there being many; null where none is corrected'),
    alpha: orNull(Type.Number({ minimum: 0 }), 'what the adjusted p-value must not exceed'),
    drifted: Type.Boolean({ description: 'by the adjusted p-value where there is one' }),
    why: Type.String({ description: 'the reason in words' }),
    n_ref: count('rows of the reference after dropping missing and infinite values'),
    n_cur: count('the same of the current period'),
    blanks: Type.Object(
      {
        reference: share('rows without a (finite) value ÷ rows'),
        current: share('the same of the current period'),
        p: pValue('of a test of their own; null where they are a level of the column’s test'),
        effect: share('jensenshannon of blank and not blank'),
        adjusted: pValue('their p-value corrected'),
      },
      CLOSED,
    ),
    new_levels: Type.Object(
      {
        share: share('rows with a level that the reference does not have ÷ rows with a level'),
        count: count('how many levels are new'),
        levels: list(
          Type.Object({ level: Type.String(), share: share('of the rows with a level') }, CLOSED),
          { description: 'the five commonest' },
        ),
      },
      CLOSED,
    ),
  },
  CLOSED,
)
export type ColumnDrift = Readonly<Static<typeof ColumnDrift>>

export const Drift = Type.Object(
  {
    reference: orNull(AsOf, 'the reference period; null where there is none to compare with'),
    current: AsOf,
    preset: oneOf(DRIFT_PRESETS, 'the rule by which a column drifted'),
    drift_share: orNull(
      Type.Number({ minimum: 0, maximum: 1 }),
      'drifted ÷ columns; null without a reference',
    ),
    threshold: figure('the drift share from which on a new model is trained'),
    target_drift: orNull(
      Type.Number({ minimum: 0, maximum: 1 }),
      "|difference of the label's rates|; null where a period has no labels",
    ),
    target: orNull(
      Type.Object(
        {
          reference: share('the rate of the label in the reference period'),
          current: share('the same of the current period'),
          difference: share('as target_drift'),
          p: share('two-sided p-value of no difference'),
          matters: figure('the difference from which on it matters'),
        },
        CLOSED,
      ),
      'the drift of the label; null where a period has no labels',
    ),
    classifier: orNull(
      Type.Object(
        {
          auc: share('out of fold, of a regression that tells the periods apart; .5: it cannot'),
          low: orNull(Type.Number(), 'of its 95 % interval'),
          high: orNull(Type.Number(), 'the same'),
          rows: count('rows drawn of both periods'),
          terms: list(Type.String(), { description: 'the columns with the largest weights' }),
        },
        CLOSED,
      ),
      'one score of all features together; null without a reference, or where no feature varies',
    ),
    drifted: count('how many columns drifted'),
    columns: list(ColumnDrift, {
      description: 'the features, then the target; empty without a reference',
    }),
  },
  CLOSED,
)
export type Drift = Static<typeof Drift>
