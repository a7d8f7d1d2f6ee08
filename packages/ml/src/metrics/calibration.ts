// Whether probabilities keep their word: predicted against observed rates.
import { checkScored, type Label } from './scored.ts'

/** Rows whose probability lies in [low, high). */
export interface CalibrationBin {
  readonly low: number
  readonly high: number
  readonly n: number
  /** Mean probability of the rows. */
  readonly predicted: number
  /** Share of 1s among them. */
  readonly observed: number
}

/**
 * Equal-width bins of [0, 1], empty ones left out. Convention: scikit-learn's
 * `calibration_curve(strategy="uniform")`; a probability on an edge belongs to the bin below it.
 * @throws RangeError for no rows, unequal lengths or a probability outside [0, 1]
 */
export function calibrationBins(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<Label>,
  bins = 10,
): CalibrationBin[] {
  checkScored(probabilities, labels)
  const sums = Array.from({ length: bins }, () => ({ n: 0, predicted: 0, positives: 0 }))
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i]
    if (p < 0 || p > 1) throw new RangeError(`probability ${p} in row ${i}`)
    const sum = sums[binOf(p, bins)]
    if (sum === undefined) continue
    sum.n++
    sum.predicted += p
    sum.positives += labels[i]
  }
  return sums.flatMap(({ n, predicted, positives }, i) =>
    n === 0
      ? []
      : [
          {
            low: i / bins,
            high: (i + 1) / bins,
            n,
            predicted: predicted / n,
            observed: positives / n,
          },
        ],
  )
}

/** The bin with i/bins < p ≤ (i + 1)/bins; the first also holds 0. */
function binOf(p: number, bins: number): number {
  const guess = Math.min(bins - 1, Math.floor(p * bins))
  return guess > 0 && p <= guess * (1 / bins) ? guess - 1 : guess
}

/** Expected calibration error: the mean of |observed − predicted| over bins, weighted by their rows. */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.n, 0)
  return bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.observed - bin.predicted), 0) / rows
}
