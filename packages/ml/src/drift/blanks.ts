// What a column has that is no value of the reference's: blanks, and levels that are new.
import { homogeneity } from './homogeneity.ts'
import { jensenShannon } from './jensenshannon.ts'
import type { Pair } from './pair.ts'

/** The share of rows without a value (of numbers: without a finite one) on both sides. */
export interface Blanks {
  readonly reference: number
  readonly current: number
  /** Of the two-proportion z-test; null where blanks are a level of the column's own test. */
  readonly p: number | null
  /** jensenshannon of blank and not blank. */
  readonly effect: number
}

/** The blanks of a pair. @param tested whether they have a test of their own */
export function blanksOf(pair: Pair, tested: boolean): Blanks {
  const { nRef, nCur, rowsRef, rowsCur } = pair
  const [blankRef, blankCur] = [rowsRef - nRef, rowsCur - nCur]
  const [before, now] = [share(blankRef, rowsRef), share(blankCur, rowsCur)]
  const counts = { reference: [nRef, blankRef], current: [nCur, blankCur] }
  return {
    reference: before,
    current: now,
    p: tested && blankRef + blankCur > 0 ? homogeneity(counts) : null,
    effect: jensenShannon({ reference: [1 - before, before], current: [1 - now, now] }),
  }
}

const share = (count: number, of: number): number => (of === 0 ? 0 : count / of)

/** Levels of the current side that the reference does not have. */
export interface NewLevels {
  /** Their part of the rows that have a level. */
  readonly share: number
  readonly count: number
  /** The commonest, with their parts. */
  readonly levels: readonly { readonly level: string; readonly share: number }[]
}

const MOST_NAMED = 5

export function newLevelsOf(pair: Pair): NewLevels {
  if (pair.kind === 'numeric') return { share: 0, count: 0, levels: [] }
  const found = [...pair.current]
    .filter(([level]) => !pair.reference.has(level))
    .map(([level, count]) => ({ level: String(level), share: share(count, pair.nCur) }))
    .sort((a, b) => b.share - a.share || (a.level < b.level ? -1 : 1))
  return {
    share: found.reduce((sum, one) => sum + one.share, 0),
    count: found.length,
    levels: found.slice(0, MOST_NAMED),
  }
}
