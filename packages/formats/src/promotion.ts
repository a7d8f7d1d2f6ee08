// artifacts/promotion.json: what became of the candidate.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { OUTCOMES, Settled } from './publication.ts'
import { CLOSED, oneOf, orNull, Sha256 } from './values.ts'

export const Promotion = Type.Object(
  {
    as_of: AsOf,
    decision: oneOf(OUTCOMES, 'of the registry; open: as the challenger, for another look'),
    version: Type.Integer({ minimum: 1, description: "the candidate's, in the registry" }),
    digest: Sha256,
    replaces: orNull(
      Type.Integer({ minimum: 1 }),
      'the version that was in Production; null where none was, or nothing is replaced',
    ),
    reason: Type.String(),
    challenger: orNull(
      Settled,
      'the challenger of the months before, where this one settled or kept it',
    ),
  },
  CLOSED,
)
export type Promotion = Static<typeof Promotion>
