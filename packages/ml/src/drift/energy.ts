// The energy distance of two samples.
import { walkTogether } from '../statistics/ecdf.ts'
import type { NumericPair } from './pair.ts'

/** √(2 ∫ (F − G)²), as scipy's `energy_distance`; in the square root of the column's unit. */
export function energy({ reference, current }: NumericPair): number {
  let area = 0
  walkTogether(reference, current, (i, j, _x, width) => {
    area += (i / reference.length - j / current.length) ** 2 * width
  })
  return Math.sqrt(2 * area)
}
