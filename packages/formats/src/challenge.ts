// artifacts/challenge.json: the open challenger against Production on the newest labelled period and those before.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { GATE_FIGURES, GuardFindings } from './comparison.ts'
import { CLOSED, list, oneOf, orNull } from './values.ts'

export const Challenge = Type.Object(
  {
    as_of: AsOf,
    version: orNull(Type.Integer({ minimum: 1 }), "the open challenger's; null: none is open"),
    against: orNull(Type.Integer({ minimum: 1 }), 'the version in Production'),
    looks: list(AsOf, { description: 'labelled periods of its looks, this one the last' }),
    answer: orNull(
      oneOf(
        ['promote', 'reject', 'undecided', 'not_shown'],
        'not_shown: closed after its last look, no gain was shown',
      ),
      'null: there is nothing to look at',
    ),
    ...GATE_FIGURES,
    reason: Type.String(),
    guards: GuardFindings,
  },
  CLOSED,
)
export type Challenge = Static<typeof Challenge>
