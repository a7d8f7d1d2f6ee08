// artifacts/online/manifest.json: what the online feature table holds.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { FeatureSpecSchema } from './dataset.ts'
import { count, list, orNull, Sha256 } from './values.ts'

/** Open: a server reads what a newer pipeline wrote. */
export const OnlineManifest = Type.Object({
  as_of: AsOf,
  entity: Type.String({ minLength: 1, description: "the entity key's column" }),
  rows: count('how many entities'),
  features: list(FeatureSpecSchema, { minItems: 1 }),
  views: Type.Record(
    Type.String(),
    Type.Object({
      ttl_days: orNull(
        Type.Number({ minimum: 0 }),
        'for how many days a value holds after its event; null or 0: for ever',
      ),
    }),
    { description: 'by view; every feature is of one of them' },
  ),
  sha256: Sha256,
})
export type OnlineManifest = Static<typeof OnlineManifest>
