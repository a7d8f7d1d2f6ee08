// The two-sample Anderson–Darling test.
import { walkTogether } from '../statistics/ecdf.ts'
import type { NumericPair } from './pair.ts'

/** log p as a parabola of the standardised statistic, fitted to the table of Scholz & Stephens for two samples. */
const PARABOLA = [0.01819809457411147, -1.0082265644652515, -1.077770279820484] as const
/** The table's ends: numpy's polyfit of log [.25, .1, .05, .025, .01, .005, .001] goes through what lies between. */
const [LEAST, MOST] = [0.325, 6.546]

/**
 * The p-value of scipy's `anderson_ksamp` of two samples (midranks): between .001 and .25, beyond
 * which the table of Scholz & Stephens (1987), JASA 82(399), does not go. A single distinct value or fewer than
 * four rows in all: .25, since nothing can be said.
 */
export function anderson({ reference, current }: NumericPair): number {
  const [n1, n2] = [reference.length, current.length]
  const n = n1 + n2
  const constant =
    Math.min(reference[0], current[0]) === Math.max(reference[n1 - 1], current[n2 - 1])
  if (constant || n < 4) return 0.25
  const standard = (statistic(reference, current) - 1) / Math.sqrt(variance(n1, n2))
  if (standard < LEAST) return 0.25
  if (standard > MOST) return 0.001
  const [a, b, c] = PARABOLA
  return Math.exp((a * standard + b) * standard + c)
}

/** A²ₖₙ with midranks, eq. 7 of Scholz & Stephens. */
function statistic(reference: Float64Array, current: Float64Array): number {
  const [n1, n2] = [reference.length, current.length]
  const n = n1 + n2
  let [sum, i0, j0] = [0, 0, 0]
  walkTogether(reference, current, (i, j) => {
    const here = i - i0 + (j - j0)
    const rank = i0 + j0 + here / 2
    const weight = here / n / (rank * (n - rank) - (n * here) / 4)
    const one = (n * (i0 + i)) / 2 - rank * n1
    const two = (n * (j0 + j)) / 2 - rank * n2
    sum += weight * (one ** 2 / n1 + two ** 2 / n2)
    i0 = i
    j0 = j
  })
  return (sum * (n - 1)) / n
}

/** Of the statistic of k = 2 samples, eq. 4 of Scholz & Stephens. */
function variance(n1: number, n2: number): number {
  const [n, k] = [n1 + n2, 2]
  let [h, g] = [0, 0]
  for (let i = 1; i <= n - 2; i++) {
    h += 1 / (n - i)
    g += h / (i + 1)
  }
  h += 1
  const inverse = 1 / n1 + 1 / n2
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverse
  const b = (2 * g - 4) * k ** 2 + 8 * h * k + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6
  const c = (6 * h + 2 * g - 2) * k ** 2 + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverse + 4 * h
  const d = (2 * h + 6) * k ** 2 - 4 * h * k
  return (((a * n + b) * n + c) * n + d) / ((n - 1) * (n - 2) * (n - 3))
}
