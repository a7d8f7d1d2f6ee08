// A value as one line of JSON. What JSON does not have and tables and params do (BigInt, NaN, Infinity) is kept as an
// object with the one key `$`; a key of the value's own that is made of `$` alone has one more of them.
import { isRecord } from '@weir/base'

const OWN = /^\$+$/
/** Whether a line may hold something to be decoded. */
const ENCODED = /"\$+":/

/** The line of a value, without its end. @throws for what holds itself, and for functions and symbols */
export function encodeLine(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => encoded(item)) ?? 'null'
}

/** The value of a line. @throws SyntaxError for what is no JSON */
export function decodeLine(line: string): unknown {
  return ENCODED.test(line)
    ? JSON.parse(line, (_, item: unknown) => decoded(item))
    : JSON.parse(line)
}

function encoded(item: unknown): unknown {
  if (typeof item === 'bigint') return { $: `${item}n` }
  if (typeof item === 'number') return Number.isFinite(item) ? item : { $: String(item) }
  if (typeof item === 'function' || typeof item === 'symbol')
    throw new TypeError(`${String(item)} cannot be sent: it is no JSON`)
  if (!isRecord(item) || !Object.keys(item).some((key) => OWN.test(key))) return item
  return mapKeys(item, (key) => (OWN.test(key) ? `${key}$` : key))
}

function decoded(item: unknown): unknown {
  if (!isRecord(item) || !Object.keys(item).some((key) => OWN.test(key))) return item
  const special = item.$
  if (typeof special === 'string') return number(special)
  return mapKeys(item, (key) => (OWN.test(key) ? key.slice(1) : key))
}

function number(text: string): number | bigint {
  return text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text)
}

function mapKeys(item: Record<string, unknown>, name: (key: string) => string): unknown {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [name(key), value]))
}
