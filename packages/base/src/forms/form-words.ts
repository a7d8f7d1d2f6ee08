// Words the problem of a value that does not fit its schema: what is expected, what was found, the nearest allowed value.
import { nearest } from '../values/nearest.ts'

/** A JSON Schema, as far as it is put into words. */
export type Schema = Readonly<Record<string, unknown>>

/** A sentence without a full stop, and what to do where that is known. */
export interface Misfit {
  readonly message: string
  readonly hint?: string
}

/** What is wrong with a value by the schema of its place: `expected a or b, found "c"`. */
export function misfit(schema: Schema, value: unknown): Misfit {
  const hint = hintFor(schema, value)
  const message = `expected ${expected(schema)}, found ${found(value)}`
  return { message, ...(hint !== undefined && { hint }) }
}

/** What is wrong with a key that the schema of its map does not have. */
export function unknownKey(key: string, known: readonly string[]): Misfit & { hint: string } {
  const near = nearest(key, known)
  const names = known.length === 0 ? 'there can be none' : `known keys: ${known.join(', ')}`
  return {
    message: `unknown key '${key}'`,
    hint: near === undefined ? names : `did you mean '${near}'?`,
  }
}

/** The only values that a schema allows; undefined where it does not list them. */
export function allowedValues(schema: Schema): readonly unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum
  if (schema.const !== undefined) return [schema.const]
  const inside = branchesOf(schema)?.map(allowedValues)
  return inside?.every((values) => values !== undefined) ? inside.flat() : undefined
}

function hintFor(schema: Schema, value: unknown): string | undefined {
  const near = nearestValue(schema, value)
  if (near !== undefined) return `did you mean '${near}'?`
  if (typeof value !== 'string') return undefined
  const kinds = (branchesOf(schema) ?? [schema]).flatMap(({ type }) => type)
  if (kinds.includes('string')) return undefined
  if (['integer', 'number'].some((kind) => kinds.includes(kind)) && isNumber(value))
    return `write the number without quotes: ${value.trim()}`
  return kinds.includes('boolean') ? 'write true or false, without quotes' : undefined
}

/** Of values that are listed, the one that is nearest to a text. */
function nearestValue(schema: Schema, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const values = [schema, ...(branchesOf(schema) ?? [])].flatMap((one) => allowedValues(one) ?? [])
  return nearest(value, values.map(String))
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

function branchesOf({ anyOf, oneOf }: Schema): readonly Schema[] | undefined {
  return (anyOf ?? oneOf) as readonly Schema[] | undefined
}

/** What a schema asks for, as a noun: `a number or null`. */
export function expected(schema: Schema): string {
  const values = allowedValues(schema)
  if (values) return values.map(valueText).join(' or ')
  const types = Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : []
  const choices = branchesOf(schema) ?? (types.length > 0 ? types : [schema])
  return [...new Set(choices.map(nounOf))].join(' or ')
}

/** A text without quotes, where it cannot be taken for another value. */
function valueText(value: unknown): string {
  const isPlain = typeof value === 'string' && /^[A-Za-z][\w./ -]*$/.test(value)
  return isPlain && !/^(true|false|null|yes|no)$/i.test(value) ? value : JSON.stringify(value)
}

function nounOf(schema: Schema): string {
  const { type, pattern, description, format } = schema
  if (allowedValues(schema) || branchesOf(schema)) return expected(schema)
  if (pattern !== undefined) return String(description ?? `a text that matches ${pattern}`)
  if (type === 'null') return 'null'
  if (type === 'array') return listNoun(schema)
  if (type === 'object') return `a map${counted(schema, 'Properties', 'key') || ' of keys'}`
  if (type === 'string' && typeof format === 'string') return `a string in the form ${format}`
  if (type === 'string') return `a string${counted(schema, 'Length', 'character')}`
  if (typeof type !== 'string') return String(description ?? `a value${limits(schema)}`)
  return `${type === 'integer' ? 'an' : 'a'} ${type}${limits(schema)}`
}

function listNoun({ minItems = 0, maxItems, uniqueItems }: Schema): string {
  const most = maxItems === undefined ? 'or more' : `to ${maxItems}`
  return `a list of ${minItems} ${most} ${uniqueItems ? 'different ' : ''}values`
}

function counted(schema: Schema, what: 'Length' | 'Properties', unit: string): string {
  const [least, most]: unknown[] = [schema[`min${what}`], schema[`max${what}`]]
  if (least === 1 && most === undefined) return ' that is not empty'
  if (least !== undefined && least === most) return ` of ${amount(most, unit)}`
  if (least !== undefined && most !== undefined) return ` of ${least} to ${amount(most, unit)}`
  if (most !== undefined) return ` of at most ${amount(most, unit)}`
  return least === undefined ? '' : ` of at least ${amount(least, unit)}`
}

function amount(count: unknown, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function limits(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (minimum !== undefined && maximum !== undefined)
    return ` from ${minimum} to ${maximum}${steps(multipleOf)}`
  const bounds = [
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    minimum !== undefined && `of at least ${minimum}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
    maximum !== undefined && `of at most ${maximum}`,
  ].filter((bound) => bound !== false)
  return `${bounds.length > 0 ? ` ${bounds.join(' and ')}` : ''}${steps(multipleOf)}`
}

function steps(multipleOf: unknown): string {
  return multipleOf === undefined ? '' : `, a multiple of ${multipleOf}`
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
