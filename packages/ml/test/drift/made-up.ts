// Made-up columns of known truth: a period of fifteen columns of every kind, all still or with one moved.
import type { ColumnKind } from '@weir/formats/artifacts'
import type { FeatureValue } from '@weir/formats/dataset'
import type { DriftColumn } from '../../src/drift/column.ts'
import { type Random, randomStream } from '../../src/statistics/random.ts'

type Draw = (random: Random, shift: number) => FeatureValue

const level =
  (levels: number): Draw =>
  (random) =>
    `level ${Math.floor(levels * random.uniform() ** 2)}`

/** Kinds of columns, each with its standard deviation, by which a shift of 1 moves it. */
export const COLUMNS: Readonly<Record<string, { kind: ColumnKind; draw: Draw }>> = {
  normal: { kind: 'numeric', draw: (random, shift) => random.normal() + shift },
  skewed: { kind: 'numeric', draw: (random, shift) => Math.exp(random.normal()) + 2.16 * shift },
  common: {
    kind: 'numeric',
    draw: (random, shift) => random.poisson(2.31 + Math.sqrt(2.31) * shift),
  },
  rare: { kind: 'numeric', draw: (random, shift) => random.poisson(0.16 + 0.4 * shift) },
  gaps: {
    kind: 'numeric',
    draw: (random, shift) => (random.chance(0.2) ? null : random.normal() + shift),
  },
  flag: { kind: 'categorical', draw: (random, shift) => random.chance(0.265 + 0.441 * shift) },
  'rare flag': { kind: 'categorical', draw: (random, shift) => random.chance(0.02 + 0.14 * shift) },
  'three levels': { kind: 'categorical', draw: level(3) },
  'ten levels': { kind: 'categorical', draw: level(10) },
  'fifty levels': { kind: 'categorical', draw: level(50) },
}

/** Fifteen columns of n rows a side; `moved` names the one whose current side is shifted by .25 sd. */
export function period(seed: number, n: number, moved?: string): DriftColumn[] {
  const kinds = Object.entries(COLUMNS)
  return Array.from({ length: 15 }, (_, at) => {
    const [name, { kind, draw }] = kinds[at % kinds.length] ?? ['', COLUMNS.normal as never]
    const side = (shift: number, which: number) => {
      const random = randomStream(seed, n, at, which)
      return Array.from({ length: n }, () => draw(random, shift))
    }
    const own = `${name}${at < kinds.length ? '' : ' again'}`
    const shift = own === moved ? 0.25 : 0
    return { name: own, kind, reference: side(0, 0), current: side(shift, 1) }
  })
}
