// artifacts/validation.json: whether a period's snapshots hold what the data set's definition promises, and are plausible.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, count, list, oneOf, orNull } from './values.ts'

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

/** One thing about a period that is not as the periods before it let expect. */
export const PlausibilityFinding = Type.Object(
  {
    period: AsOf,
    figure: Type.String({ description: 'what was looked at; gate.md lists them' }),
    table: orNull(Type.String(), 'null where it is of the whole period'),
    column: orNull(
      Type.String(),
      'null where it is of a whole table; two that were swapped, by a comma',
    ),
    expected: Type.String({ description: 'for people' }),
    found: Type.String({ description: 'for people' }),
    accepted: orNull(Type.String(), 'the reason of the person who accepted it; null: nobody did'),
  },
  CLOSED,
)

const Plausibility = Type.Object(
  {
    outcome: oneOf(
      ['fine', 'accepted', 'suspicious'],
      'of all periods up to as_of together; `suspicious` where one is that nobody accepted',
    ),
    periods: list(AsOf, { description: 'the periods that were judged, earliest first' }),
    findings: list(PlausibilityFinding),
  },
  { ...CLOSED, description: 'absent where a check failed: such a period is refused' },
)

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
    plausibility: Type.Optional(Plausibility),
  },
  CLOSED,
)
export type Validation = Static<typeof Validation>
