// The default rule: by which test a column is significant, and by which effect size it matters.
import type { ColumnKind } from '@weir/formats/artifacts'
import { homogeneity } from './homogeneity.ts'
import { jensenShannon } from './jensenshannon.ts'
import { ks } from './ks.ts'
import { defaultThreshold, METHODS, type MethodName } from './method.ts'
import type { Pair } from './pair.ts'
import { type Choice, DEFAULT_ALPHA, type DriftSettings } from './settings.ts'
import { distinctUpTo, tallyOf } from './tally.ts'
import { wasserstein } from './wasserstein.ts'

/** What a column is tested by, and what it must reach. */
export interface Rule {
  readonly test: MethodName
  readonly alpha: number
  readonly effect: MethodName
  readonly threshold: number
  /** Whether blanks are a level of the test; else they have a test of their own. */
  readonly blankIsLevel: boolean
  p(pair: Pair): number
  size(pair: Pair): number
}

/** A mean that moved by a tenth of a standard deviation. */
const NUMBERS_MATTER = 0.1
/** A rate of 26 % that moved by 6 points, a level of .7 % where there was none. */
const LEVELS_MATTER = 0.05

/** The size from which on a change of the share of blanks matters. */
export const BLANKS_MATTER = LEVELS_MATTER

const byNumbers = {
  test: 'ks',
  effect: 'wasserstein',
  threshold: NUMBERS_MATTER,
  blankIsLevel: false,
  p: (pair: Pair) => (pair.kind === 'numeric' ? ks(pair) : Number.NaN),
  size: (pair: Pair) => (pair.kind === 'numeric' ? wasserstein(pair) : Number.NaN),
} as const

const byLevels = {
  test: 'homogeneity',
  effect: 'jensenshannon',
  threshold: LEVELS_MATTER,
  blankIsLevel: true,
  p: (pair: Pair) => homogeneity(countsWithBlanks(pair)),
  size: (pair: Pair) => jensenShannon(sharesWithBlanks(pair)),
} as const

/**
 * The rule of a column. Which test and which effect follow from the kind and the reference alone, so that they
 * are the same in every period: numbers by ks and wasserstein, levels by homogeneity and
 * jensenshannon with blanks as a level. Two levels, and numbers of at most two values, are tested by
 * homogeneity too, under the name that it then has, z. A method that the user names takes the place of
 * the test if it gives p-values and of the effect if it is a distance; `threshold` belongs to it, and without a
 * method to the effect.
 */
export function ruleFor(pair: Pair, choice: Choice, settings: DriftSettings): Rule {
  const alpha = settings.alpha ?? DEFAULT_ALPHA
  const base = { ...baseFor(pair), alpha }
  const { method, threshold } = choice
  if (method === undefined) return { ...base, threshold: threshold ?? base.threshold }
  const { scale, score } = METHODS[method]
  const seed = settings.seed ?? 0
  if (scale === 'distance') {
    const size = (one: Pair): number => score(one, seed)
    return { ...base, effect: method, size, threshold: threshold ?? defaultThreshold(method) }
  }
  const p = (one: Pair): number => score(one, seed)
  return { ...base, test: method, p, alpha: threshold ?? alpha, blankIsLevel: false }
}

function baseFor(pair: Pair): Omit<Rule, 'alpha'> {
  if (pair.kind === 'numeric' && distinctUpTo(pair.reference, 2) > 2) return byNumbers
  const levels = pair.kind === 'numeric' ? 2 : pair.reference.size + blankLevel(pair)
  return levels <= 2 ? { ...byLevels, test: 'z' } : byLevels
}

const blankLevel = ({ nRef, rowsRef }: Pair): number => (rowsRef > nRef ? 1 : 0)

/** Counts by level, and after them the blanks where there are any. */
function countsWithBlanks(pair: Pair): { reference: number[]; current: number[] } {
  const { reference, current } = tallyOf(pair)
  const [before, now] = [pair.rowsRef - pair.nRef, pair.rowsCur - pair.nCur]
  if (before + now === 0) return { reference: [...reference], current: [...current] }
  return { reference: [...reference, before], current: [...current, now] }
}

function sharesWithBlanks(pair: Pair) {
  const { reference, current } = countsWithBlanks(pair)
  return {
    reference: reference.map((count) => count / pair.rowsRef),
    current: current.map((count) => count / pair.rowsCur),
  }
}

/** Whether a method can score a column of a kind. */
export const fits = (method: MethodName, kind: ColumnKind): boolean =>
  kind === 'numeric' || METHODS[method].categorical
