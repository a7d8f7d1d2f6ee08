// The drift methods by name, and which one a column gets unless the user names one.
import type { ColumnKind } from '@weir/formats/artifacts'
import { anderson } from './anderson.ts'
import { sharesOf } from './binning.ts'
import { chisquare } from './chisquare.ts'
import { cramerVonMises } from './cramer-von-mises.ts'
import { energy } from './energy.ts'
import { eppsSingleton } from './es.ts'
import { fisherExact } from './fisher-exact.ts'
import { gTest } from './g-test.ts'
import { hellinger } from './hellinger.ts'
import { homogeneity } from './homogeneity.ts'
import { jensenShannon } from './jensenshannon.ts'
import { klDivergence } from './kl-div.ts'
import { ks } from './ks.ts'
import { mannW } from './mannw.ts'
import type { NumericPair, Pair } from './pair.ts'
import { psi } from './psi.ts'
import { tTest } from './t-test.ts'
import { tallyOf } from './tally.ts'
import { tvd } from './tvd.ts'
import { tvdP } from './tvd-p.ts'
import { wasserstein } from './wasserstein.ts'
import { z } from './z.ts'

/** A way to score two samples of a column, both of which have values. */
export interface Method {
  /** A small p-value means drift; a large distance does. */
  readonly scale: 'p_value' | 'distance'
  /** False for a method that needs numbers. */
  readonly categorical: boolean
  /** @param seed where chance starts from, in the methods that permute */
  score(pair: Pair, seed: number): number
  /** True where a p-value that equals the threshold means drift. */
  readonly inclusive?: boolean
  /** Unless the user names one. */
  readonly threshold: number
}

/** Evidently's thresholds of most of its tests and of its distances. */
const THRESHOLDS = { p_value: 0.05, distance: 0.1 } as const
/** That of some of its tests. */
const LAXER = 0.1

function onNumbers(scale: Method['scale'], score: (pair: NumericPair) => number): Method {
  return {
    scale,
    categorical: false,
    threshold: THRESHOLDS[scale],
    score(pair) {
      if (pair.kind === 'numeric') return score(pair)
      throw new TypeError('a method for numbers was given a categorical column')
    },
  }
}

function onAny(scale: Method['scale'], score: (pair: Pair, seed: number) => number): Method {
  return { scale, categorical: true, threshold: THRESHOLDS[scale], score }
}

/** Another method is another entry. */
const METHOD_TABLE = {
  ks: { ...onNumbers('p_value', ks), inclusive: true },
  chisquare: onAny('p_value', chisquare),
  homogeneity: onAny('p_value', (pair) => homogeneity(tallyOf(pair))),
  z: onAny('p_value', z),
  t_test: onNumbers('p_value', tTest),
  mannw: onNumbers('p_value', mannW),
  cramer_von_mises: {
    ...onNumbers('p_value', cramerVonMises),
    inclusive: true,
    threshold: LAXER,
  },
  anderson: { ...onNumbers('p_value', anderson), threshold: LAXER },
  es: onNumbers('p_value', eppsSingleton),
  g_test: { ...onAny('p_value', gTest), threshold: LAXER },
  fisher_exact: { ...onAny('p_value', fisherExact), threshold: LAXER },
  tvd_p: { ...onAny('p_value', tvdP), threshold: LAXER },
  wasserstein: onNumbers('distance', wasserstein),
  jensenshannon: onAny('distance', (pair) => jensenShannon(sharesOf(pair))),
  psi: onAny('distance', (pair) => psi(sharesOf(pair))),
  kl_div: onAny('distance', (pair) => klDivergence(sharesOf(pair))),
  hellinger: onAny('distance', hellinger),
  tvd: onAny('distance', tvd),
  energy: onNumbers('distance', energy),
}

export type MethodName = keyof typeof METHOD_TABLE

/** The methods, by the name that params give them. */
export const METHODS: Readonly<Record<MethodName, Method>> = METHOD_TABLE

export const METHOD_NAMES = Object.keys(METHODS) as MethodName[]

/** The threshold unless the user names one: Evidently's. */
export function defaultThreshold(name: MethodName): number {
  return METHODS[name].threshold
}

/** Whether a score means drift: p < threshold (p ≤ where the method is inclusive), distance ≥ threshold. */
export function hasDrifted(name: MethodName, score: number, threshold: number): boolean {
  const { scale, inclusive = false } = METHODS[name]
  if (scale === 'distance') return score >= threshold
  return inclusive ? score <= threshold : score < threshold
}

/** A reference with more rows than this is large: distances, not tests, which then see every trifle. */
const LARGE = 1000

/**
 * The method of a column unless the user names one.
 * @param nRef rows of the reference after dropping missing and infinite values
 * @param distinct distinct values of both samples pooled
 */
export function defaultMethod(kind: ColumnKind, nRef: number, distinct: number): MethodName {
  const continuous = kind === 'numeric' && distinct > 5
  if (nRef > LARGE) return continuous ? 'wasserstein' : 'jensenshannon'
  if (continuous) return 'ks'
  return distinct > 2 ? 'chisquare' : 'z'
}
