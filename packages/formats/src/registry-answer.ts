// What a registry:// reference gives to a stage.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { FeatureSpecSchema } from './dataset.ts'
import { CLOSED, list, orNull, Sha256 } from './values.ts'

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

const NONE = Type.Object({ version: Type.Null() }, CLOSED)

/** The open challenger, and the labelled periods in which it was compared with Production. */
export const Challenger = Type.Object(
  {
    ...RegisteredVersion.properties,
    looks: list(AsOf, { description: 'labelled periods of its looks so far' }),
  },
  CLOSED,
)
export type Challenger = Static<typeof Challenger>

/** The answer of `challenger`. */
export const ChallengerAnswer = Type.Union([Challenger, NONE])
export type ChallengerAnswer = Static<typeof ChallengerAnswer>

const FIGURE = orNull(Type.Number(), "the cause's figure then; null where it was not known")

/** The answer of `past`: what the decisions of earlier periods rested on. */
export const PastAnswer = Type.Object(
  {
    labelled: orNull(AsOf, 'the newest labelled period that a decision used; null: none'),
    asked: list(
      Type.Object(
        {
          reason: Type.String({ description: 'a cause that asked for a new model' }),
          figure: FIGURE,
          period: AsOf,
          labelled: orNull(AsOf, 'the labelled period of that decision'),
        },
        CLOSED,
      ),
      { description: 'of the version in Production, which stayed; oldest first' },
    ),
    acknowledged: list(
      Type.Object(
        {
          reason: Type.String(),
          figure: FIGURE,
          note: Type.String({ description: 'why a person silenced it' }),
        },
        CLOSED,
      ),
    ),
  },
  CLOSED,
)
export type PastAnswer = Static<typeof PastAnswer>

/** The answer of `served`: the features of the versions that may be served, each once. */
export const ServedAnswer = Type.Object({ features: list(FeatureSpecSchema) }, CLOSED)
export type ServedAnswer = Static<typeof ServedAnswer>
