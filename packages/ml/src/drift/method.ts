// The drift methods by name, and which one a column gets unless the user names one.
import type { ColumnKind } from '@weir/formats/artifacts'
import { sharesOf } from './binning.ts'
import { chisquare } from './chisquare.ts'
import { energy } from './energy.ts'
import { hellinger } from './hellinger.ts'
import { jensenShannon } from './jensenshannon.ts'
import { klDivergence } from './kl-div.ts'
import { ks } from './ks.ts'
import type { NumericPair, Pair } from './pair.ts'
import { psi } from './psi.ts'
import { tTest } from './t-test.ts'
import { tvd } from './tvd.ts'
import { wasserstein } from './wasserstein.ts'
import { z } from './z.ts'

/** A way to score two samples of a column, both of which have values. */
export interface Method {
  /** A small p-value means drift; a large distance does. */
  readonly scale: 'p_value' | 'distance'
  /** False for a method that needs numbers. */
  readonly categorical: boolean
  score(pair: Pair): number
  /** True where a p-value that equals the threshold means drift. */
  readonly inclusive?: boolean
}

function onNumbers(scale: Method['scale'], score: (pair: NumericPair) => number): Method {
  return {
    scale,
    categorical: false,
    score(pair) {
      if (pair.kind === 'numeric') return score(pair)
      throw new TypeError('a method for numbers was given a categorical column')
    },
  }
}

function onAny(scale: Method['scale'], score: (pair: Pair) => number): Method {
  return { scale, categorical: true, score }
}

/** The methods, by the name that params give them. Another one is another entry. */
export const METHODS = {
  ks: { ...onNumbers('p_value', ks), inclusive: true },
  chisquare: onAny('p_value', chisquare),
  z: onAny('p_value', z),
  t_test: onNumbers('p_value', tTest),
  wasserstein: onNumbers('distance', wasserstein),
  jensenshannon: onAny('distance', (pair) => jensenShannon(sharesOf(pair))),
  psi: onAny('distance', (pair) => psi(sharesOf(pair))),
  kl_div: onAny('distance', (pair) => klDivergence(sharesOf(pair))),
  hellinger: onAny('distance', hellinger),
  tvd: onAny('distance', tvd),
  energy: onNumbers('distance', energy),
} satisfies Readonly<Record<string, Method>>

export type MethodName = keyof typeof METHODS

export const METHOD_NAMES = Object.keys(METHODS) as MethodName[]

function methodOf(name: MethodName): Method {
  return METHODS[name]
}

/** The threshold unless the user names one: .05 for a p-value, .1 for a distance. */
export function defaultThreshold(name: MethodName): number {
  return METHODS[name].scale === 'p_value' ? 0.05 : 0.1
}

/** Whether a score means drift: p < threshold (p ≤ where the method is inclusive), distance ≥ threshold. */
export function hasDrifted(name: MethodName, score: number, threshold: number): boolean {
  const { scale, inclusive = false } = methodOf(name)
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
