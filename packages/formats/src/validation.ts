// artifacts/validation.json: whether a period's snapshots hold what the data set's definition promises.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, list, orNull } from './values.ts'

/** How one check came out. */
export const CheckOutcome = Type.Object(
  {
    check: Type.String({
      description: 'the code that its failure has (data.md), failed or not',
    }),
    table: Type.String(),
    column: orNull(Type.String(), 'null where the check is of a whole table'),
    expects: Type.String({ description: 'for people: `no blank`, `at least 0`' }),
    found: Type.String({ description: 'for people: `ok`, or the first rows that break it' }),
    passed: Type.Boolean(),
    hint: Type.Optional(Type.String()),
  },
  CLOSED,
)
export type CheckOutcome = Readonly<Static<typeof CheckOutcome>>

export const Validation = Type.Object(
  {
    as_of: AsOf,
    rows: count("rows of the entity's table"),
    label_share: orNull(
      Type.Number({ minimum: 0, maximum: 1 }),
      'positive ÷ known labels; null where none is known',
    ),
    checks: count('how many checks were made'),
    failed: count('how many of them failed'),
    outcomes: list(CheckOutcome),
  },
  CLOSED,
)
export type Validation = Static<typeof Validation>
