// A bundle, the folder of one model: its manifest, and its files beside the model.
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from './as-of.ts'
import { FeatureSpecSchema, FeatureValueSchema } from './dataset.ts'
import { CLOSED, count, figure, list, orNull, Sha256, share } from './values.ts'

export const BUNDLE_SCHEMA = 'weir/bundle/1'
export const MODEL_SCHEMA = 'weir/model/1'

/** The file that names the others. */
export const MANIFEST_FILE = 'manifest.json'

/** A file of a bundle. */
export const BundleFile = Type.Object({
  path: Type.String({
    // No empty part, no `.` or `..`, no backslash or NUL, and not the manifest itself.
    pattern: '^(?!manifest\\.json$)(?!.*(?:^|/)\\.{0,2}(?:/|$))[^\\\\\\u0000]+$',
    description: 'a path inside the bundle, with `/`',
  }),
  size: count('in bytes'),
  sha256: Sha256,
})
export type BundleFile = Readonly<Static<typeof BundleFile>>

/** manifest.json; the digest of a bundle is the SHA-256 of its bytes. Open: a newer trainer may say more. */
export const BundleManifest = Type.Object({
  schema: Type.Literal(BUNDLE_SCHEMA),
  name: Type.String({ minLength: 1, description: 'of the model in the registry' }),
  as_of: AsOf,
  files: list(BundleFile, { minItems: 1, description: 'in order of path' }),
})
export type BundleManifest = Static<typeof BundleManifest>

/** model.json without the parts that @weir/ml knows: its own schema replaces the three of them. */
export const ModelEnvelope = Type.Object(
  {
    schema: Type.Literal(MODEL_SCHEMA),
    name: Type.String({ minLength: 1 }),
    as_of: AsOf,
    entity: Type.String({ minLength: 1, description: "the entity key's column" }),
    features: list(FeatureSpecSchema, { minItems: 1 }),
    encoder: Type.Unknown({
      description: 'how a row becomes a vector (`EncoderSchema` in packages/ml)',
    }),
    members: Type.Unknown({
      description: 'the networks of the ensemble, weights and all (`MemberSchema`)',
    }),
    calibration: Type.Unknown({ description: 'from score to probability (`CalibrationSchema`)' }),
    threshold: share('a probability from here on is predicted 1'),
  },
  CLOSED,
)

/** examples.json: rows with the answers that the model gave when the bundle was written. */
export const Examples = list(
  Type.Object(
    {
      row: Type.Record(Type.String(), FeatureValueSchema, { description: 'values by feature' }),
      probability: share('of the event'),
      prediction: Type.Unsafe<0 | 1>(
        Type.Integer({ minimum: 0, maximum: 1, description: '0 or 1' }),
      ),
    },
    CLOSED,
  ),
  { minItems: 1 },
)
export type Examples = Static<typeof Examples>

/** split.json, and the params `split`: who is held out. */
export const Split = Type.Object({
  held_out: share('share of the users that are held out'),
  salt: Type.String({ description: 'another salt draws other users' }),
})
export type Split = Static<typeof Split>

/** training.json: what training measured. `val_*` are out of fold. */
export const Training = Type.Object(
  {
    as_of: AsOf,
    model_type: Type.String({ description: 'kinds of members: `logistic+mlp`' }),
    rows: count('training users'),
    positives: count('of those, how many have the label 1'),
    unlabelled: count('users that are neither held out nor labelled'),
    columns: count('of an encoded row'),
    members: count('networks of the ensemble'),
    val_auc: share('out of fold'),
    val_log_loss: figure('out of fold, in nats'),
    val_f1: share('out of fold, at the threshold'),
    val_accuracy: share('out of fold, at the threshold'),
    train_auc: share('on the training users themselves'),
    train_log_loss: figure('on the training users themselves, in nats'),
    threshold: share('a probability from here on is called 1'),
    best_epochs: Type.String({ description: 'by member, parted by blanks' }),
  },
  CLOSED,
)
export type Training = Static<typeof Training>

const NumericFigures = Type.Object(
  {
    mean: Type.Number(),
    sd: Type.Number({ minimum: 0, description: 'population standard deviation' }),
    min: Type.Number(),
    max: Type.Number(),
    quantiles: Type.Record(Type.String(), Type.Number(), {
      description: 'by share (`0.5` is the median); linear interpolation, R type 7',
    }),
    histogram: list(count('rows of the bin'), {
      description:
        'counts of 20 bins of equal width from min to max, each with its lower bound, the last with its upper',
    }),
  },
  CLOSED,
)
export type NumericFigures = Readonly<Static<typeof NumericFigures>>

const profiled = {
  column: Type.String(),
  type: FeatureSpecSchema.properties.type,
  n: count('rows'),
  missing: count('of those, how many are blank'),
}

/** The profile of a column: figures of numbers, or shares of levels. */
export const ColumnProfile = Type.Union([
  Type.Object(
    { ...profiled, numeric: orNull(NumericFigures, 'of the known values; null where none is') },
    CLOSED,
  ),
  Type.Object(
    {
      ...profiled,
      shares: Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1 }), {
        description: 'of the known values, by level',
      }),
    },
    CLOSED,
  ),
])
export type ColumnProfile = Readonly<Static<typeof ColumnProfile>>

/** reference.json: what the training data looked like, by column. */
export const ReferenceProfile = list(ColumnProfile)
export type ReferenceProfile = Static<typeof ReferenceProfile>

/** The JSON files of a bundle that have a schema, by name. */
export const BUNDLE_FILES = {
  'model.json': ModelEnvelope,
  'reference.json': ReferenceProfile,
  'examples.json': Examples,
  'split.json': Split,
  'training.json': Training,
} as const

/** The values of a bundle's JSON files; who loads a bundle needs the first two. */
export type BundleContent = {
  readonly [Name in 'model.json' | 'examples.json']: Static<(typeof BUNDLE_FILES)[Name]>
} & {
  readonly [Name in keyof typeof BUNDLE_FILES]?: Static<(typeof BUNDLE_FILES)[Name]>
}
