// How often each distinct value occurs on either side of a pair.
import { walkTogether } from '../statistics/ecdf.ts'
import type { CategoricalPair, Level, NumericPair, Pair } from './pair.ts'

/** Counts by distinct value of both sides pooled; the three lists run together, keys ascending. */
export interface Tally {
  readonly keys: readonly Level[]
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

function ofNumbers(pair: NumericPair): Tally {
  const keys: number[] = []
  const reference: number[] = []
  const current: number[] = []
  let [seenReference, seenCurrent] = [0, 0]
  walkTogether(pair.reference, pair.current, (i, j, x) => {
    keys.push(x)
    reference.push(i - seenReference)
    current.push(j - seenCurrent)
    seenReference = i
    seenCurrent = j
  })
  return { keys, reference, current }
}

function count(values: readonly Level[]): Map<Level, number> {
  const counts = new Map<Level, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** Numbers by size, texts by code unit, false before true. */
const ascending = (a: Level, b: Level): number => (a < b ? -1 : a > b ? 1 : 0)

function ofLevels(pair: CategoricalPair): Tally {
  const reference = count(pair.reference)
  const current = count(pair.current)
  const keys = [...new Set([...reference.keys(), ...current.keys()])].sort(ascending)
  return {
    keys,
    reference: keys.map((key) => reference.get(key) ?? 0),
    current: keys.map((key) => current.get(key) ?? 0),
  }
}

/** The tally of a pair; linear, but for the sort of the distinct levels. */
export function tallyOf(pair: Pair): Tally {
  return pair.kind === 'numeric' ? ofNumbers(pair) : ofLevels(pair)
}
