// What a registry:// reference gives to a stage.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { CLOSED, Sha256 } from './values.ts'

/** A registered version. */
export const RegisteredVersion = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    digest: Sha256,
    as_of: AsOf,
    bundle: Type.String({ description: 'folder of its stored bundle, relative to the project' }),
  },
  CLOSED,
)
export type RegisteredVersion = Readonly<Static<typeof RegisteredVersion>>

/** The answer of `incumbent` and `rival`. */
export const ProductionAnswer = Type.Union([
  RegisteredVersion,
  Type.Object({ version: Type.Null() }, CLOSED),
])
export type ProductionAnswer = Static<typeof ProductionAnswer>
