// data/accepted.yaml: the periods that a person let pass though they were suspicious, each with what exactly was accepted.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, list, orNull } from './values.ts'

/** One period that was accepted. It holds for these tables and no others: another export asks again. */
export const Acceptance = Type.Object(
  {
    period: AsOf,
    reason: Type.String({ minLength: 1 }),
    by: Type.String({ minLength: 1 }),
    at: Type.String({ description: 'when, ISO 8601' }),
    findings: list(Type.String(), { description: 'what was suspicious, for people' }),
    tables: Type.Record(Type.String(), Type.String(), {
      description: 'digest of the sorted rows of each table, without labels that come late',
    }),
    labels: orNull(Type.String(), 'digest of the labels; null where they were not complete'),
  },
  CLOSED,
)
export type Acceptance = Static<typeof Acceptance>

export const Acceptances = list(Acceptance)
