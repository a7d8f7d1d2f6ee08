// The chi-square test that two columns of counts come from one distribution.
import { chiSquareSf } from '../statistics/chi-square.ts'

/** The counts of each level on the two sides; the two run together. */
export interface Counts {
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

/** A cell with less than this expected on its smaller side is not near enough to a normal one. */
const LEAST_EXPECTED = 5

/**
 * The p-value of Pearson's chi-square of the 2 × K table, df = K − 1: scipy's
 * `chi2_contingency(table, correction=False)`, and for two levels the pooled two-proportion z-test.
 * Levels that are expected fewer than 5 times on the smaller side are one cell (Cochran, 1954), unless
 * less than two cells would be left. A single level, or a side without rows, gives 1.
 */
export function homogeneity(counts: Counts): number {
  const total = (side: readonly number[]): number => side.reduce((sum, count) => sum + count, 0)
  const [n1, n2] = [total(counts.reference), total(counts.current)]
  if (n1 === 0 || n2 === 0) return 1
  const share = Math.min(n1, n2) / (n1 + n2)
  const { reference, current } = poolRare(counts, LEAST_EXPECTED / share)
  let statistic = 0
  for (const [i, r] of reference.entries()) {
    const c = current[i]
    if (r + c === 0) continue
    statistic += (r * n2 - c * n1) ** 2 / (r + c)
  }
  const df = reference.length - 1
  return df === 0 ? 1 : chiSquareSf(statistic / (n1 * n2), df)
}

/** Merges the levels with fewer than `least` rows on both sides together. */
function poolRare({ reference, current }: Counts, least: number): Counts {
  const cells = reference.map((r, i) => ({ r, c: current[i] })).filter(({ r, c }) => r + c > 0)
  const common = cells.filter(({ r, c }) => r + c >= least)
  const rare = cells
    .filter(({ r, c }) => r + c < least)
    .reduce((sum, { r, c }) => ({ r: sum.r + r, c: sum.c + c }), { r: 0, c: 0 })
  const pooled = [...common, ...(rare.r + rare.c >= least ? [rare] : [])]
  const smallRest = rare.r + rare.c < least && rare.r + rare.c > 0
  if (pooled.length + (smallRest ? 1 : 0) < 2) return split(cells)
  return split(smallRest ? joinSmallest(pooled, rare) : pooled)
}

interface Cell {
  readonly r: number
  readonly c: number
}

/** Adds what is too rare even together to the smallest cell; two cells stay two. */
function joinSmallest(cells: readonly Cell[], rest: Cell): readonly Cell[] {
  if (cells.length < 2) return [...cells, rest]
  const [smallest, ...others] = cells.toSorted((a, b) => a.r + a.c - b.r - b.c)
  return [{ r: smallest.r + rest.r, c: smallest.c + rest.c }, ...others]
}

const split = (cells: readonly Cell[]): Counts => ({
  reference: cells.map(({ r }) => r),
  current: cells.map(({ c }) => c),
})
