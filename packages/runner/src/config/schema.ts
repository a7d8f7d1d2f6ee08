// The grammar of pipeline.yaml as one JSON Schema: it checks the file, and editors complete from it.
import { type Static, Type } from '@sinclair/typebox'
import { KEPT_RUNS } from './model.ts'

const Text = Type.String({ minLength: 1 })
/** A path or a name as a key: any text, also one with line ends, which the pattern of Type.String() leaves out. */
const Name = Type.String({ pattern: '^[\\s\\S]*$' })

const OutFlags = Type.Object(
  {
    cache: Type.Optional(
      Type.Boolean({
        description:
          'false: not kept in the cache, so it cannot be restored; metrics and plots are kept all the same',
      }),
    ),
    persist: Type.Optional(
      Type.Boolean({ description: 'true: not removed before the command runs' }),
    ),
    desc: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

const PlotFlags = Type.Object(
  {
    ...OutFlags.properties,
    x: Type.Optional(Type.String({ description: 'column of the horizontal axis' })),
    y: Type.Optional(Type.String({ description: 'column of the vertical axis' })),
    title: Type.Optional(Type.String()),
    x_label: Type.Optional(Type.String()),
    y_label: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)

const Secret = Type.Object({ secret: Type.Boolean() }, { additionalProperties: false })

const One = { minProperties: 1, maxProperties: 1 }
const Outs = Type.Array(Type.Union([Text, Type.Record(Name, OutFlags, One)]))
const Plots = Type.Array(Type.Union([Text, Type.Record(Name, PlotFlags, One)]))
const Params = Type.Array(
  Type.Union([
    Text,
    Type.Record(Name, Type.Union([Type.Array(Text), Type.Null()]), { minProperties: 1 }),
  ]),
)

/** One stage as written. */
export const StageSchema = Type.Object(
  {
    run: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'a TypeScript module: export default defineStage({…})',
      }),
    ),
    cmd: Type.Optional(
      Type.Union([Text, Type.Array(Text, { minItems: 1 })], {
        description:
          'shell commands: each line of a text, or each item of a list (which may be a script of several lines), is a shell of its own; the first that fails stops the stage',
      }),
    ),
    desc: Type.Optional(Type.String({ description: 'for people; no part of the key' })),
    when: Type.Optional(
      Type.Union([Type.Boolean(), Text], {
        description:
          'run only if true: `file.json:key` of another stage’s output, `a == b`, `a != b`, `not …`, `${param}`; what a param holds is compared and never read as a condition',
      }),
    ),
    deps: Type.Optional(
      Type.Array(Text, { description: 'files, folders, or scheme:// references' }),
    ),
    params: Type.Optional(
      Type.Array(Params.items, {
        description: 'keys of params.yaml, or {file: [keys]}; null keys: the whole file',
      }),
    ),
    outs: Type.Optional(
      Type.Array(Outs.items, {
        description: 'files and folders that the stage writes, or scheme:// effects',
      }),
    ),
    metrics: Type.Optional(
      Type.Array(Outs.items, { description: 'outputs that hold figures, as JSON' }),
    ),
    plots: Type.Optional(
      Type.Array(Plots.items, { description: 'outputs that hold tables to draw' }),
    ),
    env: Type.Optional(
      Type.Record(
        Name,
        Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Secret]),
        {
          description:
            'variables of the stage, part of its key as digests; null: the caller’s own value; {secret: true}: the caller’s own value, masked and no part of the key',
        },
      ),
    ),
    frozen: Type.Optional(Type.Boolean({ description: 'never rerun, whatever changed' })),
    always_changed: Type.Optional(Type.Boolean({ description: 'rerun every time' })),
    retries: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'how often to try again' }),
    ),
    timeout: Type.Optional(
      Type.Union(
        [
          Type.Number({ exclusiveMinimum: 0 }),
          Type.String({
            pattern: '^(?=.*[1-9])[0-9]+([.][0-9]+)?(ms|s|m|h)$',
            description: 'a time such as 500ms, 90s, 10m or 2h',
          }),
        ],
        {
          description: 'seconds, or 500ms, 90s, 10m, 2h',
        },
      ),
    ),
    meta: Type.Optional(Type.Unknown({ description: 'for people and tools; no part of the key' })),
  },
  { additionalProperties: false },
)

/** The file. */
export const PipelineSchema = Type.Object(
  {
    cache: Type.Optional(
      Type.Object(
        {
          link: Type.Optional(
            Type.Unsafe<'copy' | 'hard'>({
              type: 'string',
              enum: ['copy', 'hard'],
              description:
                'copy (outputs are clones or copies of what the cache holds; the default) or hard (they are its files, read-only hard links; never for root)',
            }),
          ),
        },
        { additionalProperties: false, description: 'how outputs and the cache share content' },
      ),
    ),
    runs: Type.Optional(
      Type.Object(
        {
          keep: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: `the journals of so many of the last runs are kept, ${KEPT_RUNS} where nothing is said`,
            }),
          ),
        },
        { additionalProperties: false, description: 'what is kept of runs that are over' },
      ),
    ),
    stages: Type.Record(Type.String({ pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$' }), StageSchema, {
      additionalProperties: false,
    }),
  },
  {
    $id: 'https://weir.invalid/pipeline.schema.json',
    title: 'pipeline.yaml of Weir',
    additionalProperties: false,
  },
)

export type StageSource = Static<typeof StageSchema>
export type PipelineSource = Static<typeof PipelineSchema>
