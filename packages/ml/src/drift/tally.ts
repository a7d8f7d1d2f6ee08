// How often each distinct value occurs on either side of a pair.
import { walkTogether } from '../statistics/ecdf.ts'
import type { CategoricalPair, NumericPair, Pair } from './pair.ts'
import type { Level } from './sample.ts'

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

/** Numbers by size, texts by code unit, false before true. */
const ascending = (a: Level, b: Level): number => (a < b ? -1 : a > b ? 1 : 0)

function ofLevels({ reference, current }: CategoricalPair): Tally {
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

/** How many distinct values ascending numbers have, counted up to `most` + 1. */
export function distinctUpTo(values: Float64Array, most: number): number {
  let distinct = 0
  for (let i = 0; i < values.length && distinct <= most; i++) {
    if (i === 0 || values[i] !== values[i - 1]) distinct++
  }
  return distinct
}

/** How many distinct values both sides of a pair have together, counted up to `most` + 1. */
export function distinctOf(pair: Pair, most: number): number {
  if (pair.kind === 'categorical') return tallyOf(pair).keys.length
  const { reference, current } = pair
  const found = new Set<number>()
  for (const side of [reference, current]) {
    for (let i = 0; i < side.length && found.size <= most; i++) {
      if (i === 0 || side[i] !== side[i - 1]) found.add(side[i])
    }
  }
  return found.size
}
