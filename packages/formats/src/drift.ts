// artifacts/drift.json: how a period differs from its reference, column by column.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, figure, list, oneOf, orNull } from './values.ts'

/** What a column is to a drift statistic. */
export const COLUMN_KINDS = ['numeric', 'categorical'] as const
export type ColumnKind = (typeof COLUMN_KINDS)[number]

/** The drift of one column. */
export const ColumnDrift = Type.Object(
  {
    column: Type.String({ description: 'a feature, or the target' }),
    type: oneOf(COLUMN_KINDS, 'by its feature type (data.md)'),
    method: Type.String({ description: 'the drift method (data.md)' }),
    threshold: Type.Number({ minimum: 0, description: 'of the score' }),
    score: orNull(
      Type.Number(),
      'p-value or distance; null where a side has no values, or where it is no number',
    ),
    adjusted: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'the p-value corrected for there being many; only with `drift.correction`',
      }),
    ),
    drifted: Type.Boolean({ description: 'by the adjusted p-value where there is one' }),
    n_ref: count('rows of the reference after dropping missing and infinite values'),
    n_cur: count('the same of the current period'),
  },
  CLOSED,
)
export type ColumnDrift = Readonly<Static<typeof ColumnDrift>>

export const Drift = Type.Object(
  {
    reference: orNull(AsOf, 'the reference period; null where there is none to compare with'),
    current: AsOf,
    drift_share: orNull(
      Type.Number({ minimum: 0, maximum: 1 }),
      'drifted ÷ columns; null without a reference',
    ),
    threshold: figure('the drift share from which on a new model is trained'),
    target_drift: orNull(
      Type.Number({ minimum: 0, maximum: 1 }),
      "|difference of the label's rates|; null where a period has no labels",
    ),
    drifted: count('how many columns drifted'),
    columns: list(ColumnDrift, {
      description: 'the features, then the target; empty without a reference',
    }),
  },
  CLOSED,
)
export type Drift = Static<typeof Drift>
