// What a model's own probabilities say of its performance, without labels (CBPE, confidence-based estimation).
import { ascending } from '../statistics/midranks.ts'

/** An expectation over the labels, with the standard deviation of what labels will show around it. */
export interface Expected {
  readonly value: number
  readonly se: number
}

/** Right where the probabilities are calibrated; blind to a concept that has moved. */
export interface ExpectedPerformance {
  readonly auc: Expected
  /** Of rows with a probability of at least the threshold called 1. */
  readonly f1: Expected
  /** Share of 1s among the labels. */
  readonly rate: Expected
}

/**
 * Expected AUC, F1 and rate where row i has label 1 with chance pᵢ, each row apart from the others.
 * Values are ratios of expectations (the AUC of pairs of different rows); se is the delta method's, over
 * the labels alone with the rows as they are. NaN where nothing can be expected (fewer than two rows).
 */
export function expectedPerformance(
  probabilities: ArrayLike<number>,
  threshold: number,
): ExpectedPerformance {
  return {
    auc: expectedAuc(probabilities),
    f1: expectedF1(probabilities, threshold),
    rate: expectedRate(probabilities),
  }
}

/**
 * The AUC that the probabilities expect of themselves: the share of pairs of a 1 and a 0 that they
 * order rightly, ties counting half. O(n log n).
 */
export function expectedAuc(probabilities: ArrayLike<number>): Expected {
  return expectedAucOf(probabilities, probabilities)
}

/**
 * The AUC of `scores` where row i has label 1 with chance `chances[i]`.
 * @param scores what ranks the rows
 */
export function expectedAucOf(scores: ArrayLike<number>, chances: ArrayLike<number>): Expected {
  const { zerosBelow, onesAbove, ones, zeros } = around(scores, chances)
  let [right, itself] = [0, 0]
  for (let i = 0; i < chances.length; i++) {
    const p = chances[i]
    right += p * zerosBelow[i]
    itself += p * (1 - p)
  }
  // A row is no pair with itself; as a tie it was counted half.
  const value = (right - itself / 2) / (ones * zeros - itself)
  let variance = 0
  for (let i = 0; i < chances.length; i++) {
    const p = chances[i]
    // How the AUC moves when the row's label turns from 0 to 1.
    const turn = (zerosBelow[i] / zeros - value) / ones - (onesAbove[i] / ones - value) / zeros
    variance += p * (1 - p) * turn * turn
  }
  return { value, se: Math.sqrt(variance) }
}

/** For each row the expected 0s below and 1s above it, rows of the same score counting half. */
function around(scores: ArrayLike<number>, chances: ArrayLike<number>) {
  const n = scores.length
  const order = ascending(scores)
  const [zerosBelow, onesAbove] = [new Float64Array(n), new Float64Array(n)]
  let ones = 0
  for (let i = 0; i < n; i++) ones += chances[i]
  const zeros = n - ones
  let [zerosSoFar, onesSoFar] = [0, 0]
  for (let from = 0; from < n; ) {
    let to = from
    let [tiedOnes, tiedZeros] = [0, 0]
    while (to < n && scores[order[to]] === scores[order[from]]) {
      tiedOnes += chances[order[to]]
      tiedZeros += 1 - chances[order[to]]
      to++
    }
    for (let i = from; i < to; i++) {
      zerosBelow[order[i]] = zerosSoFar + tiedZeros / 2
      onesAbove[order[i]] = ones - onesSoFar - tiedOnes / 2
    }
    zerosSoFar += tiedZeros
    onesSoFar += tiedOnes
    from = to
  }
  return { zerosBelow, onesAbove, ones, zeros }
}

function expectedF1(probabilities: ArrayLike<number>, threshold: number): Expected {
  let [called, ones, hits] = [0, 0, 0]
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]
    ones += p
    if (p < threshold) continue
    called++
    hits += p
  }
  const divisor = called + ones
  const value = (2 * hits) / divisor
  let variance = 0
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]
    const turn = ((p < threshold ? 0 : 2) - value) / divisor
    variance += p * (1 - p) * turn * turn
  }
  return { value, se: Math.sqrt(variance) }
}

function expectedRate(probabilities: ArrayLike<number>): Expected {
  let [sum, variance] = [0, 0]
  for (let i = 0; i < probabilities.length; i++) {
    sum += probabilities[i]
    variance += probabilities[i] * (1 - probabilities[i])
  }
  const n = probabilities.length
  return { value: sum / n, se: Math.sqrt(variance) / n }
}
