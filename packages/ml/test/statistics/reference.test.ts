// Samples, encodings and folds agree with numpy, scipy and scikit-learn (reference/statistics.py made the numbers).
import { readFileSync } from 'node:fs'
import type { FeatureSpec } from '@weir/formats/dataset'
import { describe, expect, it, test } from 'vitest'
import { sturgesEdges } from '../../src/drift/binning.ts'
import { fitEncoder } from '../../src/encoding/fit.ts'
import { quantiles } from '../../src/encoding/quantiles.ts'
import { encodeColumns } from '../../src/encoding/transform.ts'
import { profileOf } from '../../src/profile.ts'
import { ascending, midranks } from '../../src/statistics/midranks.ts'
import { moments } from '../../src/statistics/moments.ts'
import { rowWeights } from '../../src/training/examples.ts'
import { stratifiedFolds } from '../../src/training/folds.ts'

type Numbers = readonly number[]

interface Sample {
  readonly values: Numbers
  readonly mean: number
  readonly variance: number
  readonly ranks: Numbers
  readonly order: Numbers
  readonly quantiles: Numbers
  readonly histogram: Numbers
  readonly sturges: Numbers
}

interface Reference {
  readonly samples: Readonly<Record<string, Sample>>
  readonly encoded: {
    readonly number: Numbers
    readonly level: readonly string[]
    readonly flag: readonly boolean[]
    readonly matrix: readonly Numbers[]
  }
  readonly folds: readonly {
    readonly labels: Numbers
    readonly folds: number
    readonly zeros: Numbers
    readonly ones: Numbers
    readonly weights: Numbers
  }[]
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('reference/statistics.json', import.meta.url), 'utf8'),
)

const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

function nearAll(actual: Numbers, expected: Numbers, relative: number): void {
  expect(actual).toHaveLength(expected.length)
  for (const [i, value] of actual.entries()) {
    const wanted = expected[i] ?? Number.NaN
    expect(Math.abs(value - wanted), `${i}`).toBeLessThanOrEqual(relative * (1 + Math.abs(wanted)))
  }
}

describe.each(Object.entries(reference.samples))('a sample: %s', (_, sample) => {
  const values = Float64Array.from(sample.values)

  it('has the mean and the population variance of numpy, also far from zero', () => {
    const { mean, variance } = moments(values)
    nearAll([mean, variance], [sample.mean, sample.variance], 1e-12)
  })

  it('has the midranks of scipy and the stable order of numpy', () => {
    expect(Array.from(midranks(values))).toEqual(sample.ranks)
    expect(Array.from(ascending(values))).toEqual(sample.order)
  })

  it('has the quantiles of numpy', () => {
    nearAll(quantiles(values, SHARES), sample.quantiles, 1e-14)
  })

  it('has the bins of numpy by Sturges’ rule', () => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    nearAll(sturgesEdges(low, high, values.length, false), sample.sturges, 1e-14)
  })

  it('has a profile with the histogram and the quantiles of numpy', () => {
    const spec: FeatureSpec = { name: 'a', view: 'v', type: 'number', nullable: true }
    const [profile] = profileOf([spec], { a: [...sample.values, null] })
    expect(profile).toMatchObject({ n: values.length + 1, missing: 1 })
    expect(profile).toMatchObject({ numeric: { histogram: sample.histogram } })
    const figures = profile !== undefined && 'numeric' in profile ? profile.numeric : null
    nearAll(
      SHARES.map((share) => figures?.quantiles[share] ?? Number.NaN),
      sample.quantiles,
      1e-14,
    )
    nearAll([figures?.sd ?? Number.NaN], [Math.sqrt(sample.variance)], 1e-12)
  })
})

test('an encoded row is that of OneHotEncoder and StandardScaler', () => {
  const { number, level, flag, matrix } = reference.encoded
  const features: FeatureSpec[] = [
    { name: 'number', view: 'v', type: 'number', nullable: false },
    {
      name: 'level',
      view: 'v',
      type: 'category',
      levels: ['basic', 'family', 'premium'],
      nullable: false,
    },
    { name: 'flag', view: 'v', type: 'boolean', nullable: false },
  ]
  const columns = { number, level, flag }
  const encoder = fitEncoder(features, columns, { spans: 1 })
  // Vectors are kept in 32 bits.
  nearAll(Array.from(encodeColumns(encoder, columns)), matrix.flat(), 1e-6)
})

describe.each(reference.folds)('$folds folds', ({ labels, folds, zeros, ones, weights }) => {
  const fold = stratifiedFolds(labels, folds, 7)
  const sizes = (label: number) =>
    Array.from(
      { length: folds },
      (_, at) => labels.filter((value, row) => value === label && fold[row] === at).length,
    ).sort((a, b) => a - b)

  it('have as many rows of each class as those of StratifiedKFold', () => {
    expect(sizes(0)).toEqual(zeros)
    expect(sizes(1)).toEqual(ones)
  })

  it('of balanced weights as compute_sample_weight gives them', () => {
    nearAll(Array.from(rowWeights(labels, 'balanced')), weights, 1e-7)
  })
})
