// What would be lost if a value were written as JSON: JSON.stringify drops or changes it without a word.
import { inspect } from 'node:util'

/** A problem, with its place in the document as a JSON pointer; undefined where nothing is lost. */
export function jsonLoss(value: unknown): string | undefined {
  if (value === undefined) return 'would be empty: the value is undefined'
  try {
    return lossAt(value, '', [])
  } catch (error) {
    // Nested too deeply, or a getter of the value throws.
    return `is no JSON: ${(error as Error).message}`
  }
}

function lossAt(value: unknown, at: string, above: readonly object[]): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  // JSON also loses the sign of -0; that is allowed, since it comes from rounding and readers do not use it.
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : lost(at, value)
  if (typeof value !== 'object') return lost(at, value)
  if (above.includes(value)) return `holds at ${at} an object that it is in itself`
  if (isTime(value)) return undefined
  const within = [...above, value]
  if (Array.isArray(value)) return lossOfList(value, at, within)
  return isPlain(value) ? lossOfMap(value, at, within) : lost(at, value)
}

function lossOfList(
  list: readonly unknown[],
  at: string,
  within: readonly object[],
): string | undefined {
  // `entries` gives holes as undefined.
  for (const [index, item] of list.entries()) {
    const loss = lossAt(item, `${at}/${index}`, within)
    if (loss !== undefined) return loss
  }
  const named = Reflect.ownKeys(list).find((key) => key !== 'length' && !(Number(String(key)) >= 0))
  return named === undefined
    ? undefined
    : `holds at ${at || '/'} a list that has a key: ${String(named)}`
}

/** A key whose value is undefined is one that is not there. */
function lossOfMap(map: object, at: string, within: readonly object[]): string | undefined {
  const symbol = Object.getOwnPropertySymbols(map)[0]
  if (symbol !== undefined)
    return `holds at ${at || '/'} a key that JSON does not have: ${String(symbol)}`
  for (const [key, item] of Object.entries(map)) {
    const step = key.replaceAll('~', '~0').replaceAll('/', '~1')
    const loss = item === undefined ? undefined : lossAt(item, `${at}/${step}`, within)
    if (loss !== undefined) return loss
  }
  return undefined
}

/** A moment, which is written as its ISO text. */
function isTime(value: object): boolean {
  return value instanceof Date && Number.isFinite(value.getTime())
}

/** An object that is no instance of a class, from whichever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function lost(at: string, value: unknown): string {
  const shown = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })
  return `holds at ${at || '/'} what JSON does not have: ${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}`
}
