// Ports for JSON: values that are checked against a schema when they are read and when they are written.
import { writeFile } from 'node:fs/promises'
import type { Static, TSchema, TUnknown } from '@sinclair/typebox'
import { StageError } from '@weir/base'
import { readText } from './file-ports.ts'
import { jsonLoss } from './json-losses.ts'
import type { Opened, Port, PortPlace } from './port.ts'

export interface JsonInput<Value> extends Opened {
  /** The value in it. @throws StageError INPUT_UNREADABLE, INPUT_INVALID */
  read(): Promise<Value>
}
export interface JsonOutput<Value> extends Opened {
  /** Writes it indented by two, with a newline at the end. @throws StageError OUTPUT_INVALID */
  write(value: Value): Promise<void>
}

/** What a reference says, as an input. */
export interface RefInput<Value> extends JsonInput<Value> {
  readonly reference: string
}
/** The output side of a reference, an effect: the cell brings it about, and it has no path. */
export interface RefOutput extends Opened {
  readonly reference: string
  /** @throws StageError OUT_NO_PATH */
  readonly path: never
}

/** A JSON file; with a schema (TypeBox), what is read and what is written is checked against it. */
export function json<Schema extends TSchema = TUnknown>(
  path: string,
  schema?: Schema,
): Port<JsonInput<Static<Schema>>, JsonOutput<Static<Schema>>> {
  return {
    kind: 'json',
    form: 'file',
    path,
    input: (place) => jsonInput(place, schema),
    output: (place) => ({ path: place.path, write: (value) => writeJson(place, value, schema) }),
  }
}

/** A reference (`scheme://…`): as an input the JSON that it stands for, as an output an effect. */
export function ref<Schema extends TSchema = TUnknown>(
  path: string,
  schema?: Schema,
): Port<RefInput<Static<Schema>>, RefOutput> {
  return {
    kind: 'ref',
    path,
    input: (place) => ({ ...jsonInput(place, schema), reference: place.name }),
    output: ({ name }) => ({
      reference: name,
      get path(): never {
        throw new StageError(
          'OUT_NO_PATH',
          `'${name}' is an effect of its stage, which has no path`,
          {
            hint: 'bring it about in the cell; the runner checks afterwards that it stands',
          },
        )
      },
    }),
  }
}

function jsonInput<Schema extends TSchema>(
  place: PortPlace,
  schema: Schema | undefined,
): JsonInput<Static<Schema>> {
  return { path: place.path, read: () => readJson(place, schema) }
}

async function readJson(place: PortPlace, schema: TSchema | undefined): Promise<unknown> {
  const value = parsed(place, await readText(place))
  const wrong = schema && (await mismatch(schema, value))
  if (wrong === undefined) return value
  throw invalidInput(place, wrong)
}

function parsed(place: PortPlace, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidInput(place, `is no JSON: ${(error as Error).message}`)
  }
}

async function writeJson(
  place: PortPlace,
  value: unknown,
  schema: TSchema | undefined,
): Promise<void> {
  const wrong = (schema && (await mismatch(schema, value))) ?? jsonLoss(value)
  if (wrong !== undefined)
    throw new StageError('OUTPUT_INVALID', `${place.name} ${wrong}`, {
      where: place.name,
      hint: schema
        ? 'write what the schema of its port describes, which those that read the file use too'
        : 'write plain objects, lists, finite numbers, texts, true, false and null; make the rest such first',
    })
  await writeFile(place.path, `${JSON.stringify(value, null, 2)}\n`)
}

/** What keeps a value from its schema; undefined where it fits. */
async function mismatch(schema: TSchema, value: unknown): Promise<string | undefined> {
  const { Check } = await import('@sinclair/typebox/value')
  if (Check(schema, value)) return undefined
  const { formFault } = await import('@weir/base/forms')
  return `does not fit its schema: ${formFault(schema, value)}`
}

function invalidInput(place: PortPlace, wrong: string): StageError {
  return new StageError('INPUT_INVALID', `${place.name} ${wrong}`, {
    where: place.name,
    hint: 'run the stage that writes it again, with --force; or mend the file',
  })
}
