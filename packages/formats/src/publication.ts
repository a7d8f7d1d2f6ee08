// artifacts/publication.json: which feature table is live with the version that stays, and what became of the challenger.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, oneOf, orNull, Sha256 } from './values.ts'

/** What may become of a version that is put forward. */
export const OUTCOMES = [
  'promoted',
  'open',
  'rejected',
  'superseded',
  'not_shown',
  'awaiting_approval',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What became of one. */
export const Settled = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    decision: oneOf(OUTCOMES, 'of the registry; open: as the challenger, for another look'),
    reason: Type.String(),
  },
  CLOSED,
)
export type Settled = Static<typeof Settled>

export const Publication = Type.Object(
  {
    as_of: AsOf,
    table: Sha256,
    version: orNull(
      Type.Integer({ minimum: 1 }),
      'the version that it is served with; null where nothing is in Production yet',
    ),
    live: Type.Boolean({ description: 'whether it was put live, or was so already' }),
    challenger: orNull(Settled, 'the challenger, where this period settled or kept it'),
    reason: Type.String(),
  },
  CLOSED,
)
export type Publication = Static<typeof Publication>
