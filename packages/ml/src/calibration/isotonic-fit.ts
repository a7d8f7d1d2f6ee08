// Isotonic regression: the nondecreasing step function nearest to the labels.
import type { IsotonicCalibration } from './calibration.ts'

interface Block {
  /** First and last score of the block. */
  readonly from: number
  readonly to: number
  readonly mean: number
  readonly size: number
}

/**
 * Fits by pooling adjacent violators; equal scores are one point with their mean label.
 * The curve is linear between the ends of blocks, as in scikit-learn's IsotonicRegression(out_of_bounds='clip').
 * @param scores logits of rows that their model was not trained on
 * @param labels 1 or 0, in the order of scores
 */
export function fitIsotonic(
  scores: readonly number[],
  labels: readonly number[],
): IsotonicCalibration {
  const blocks: Block[] = []
  for (const point of points(scores, labels)) {
    let block = point
    let last = blocks.at(-1)
    while (last && last.mean >= block.mean) {
      block = pool(last, block)
      blocks.pop()
      last = blocks.at(-1)
    }
    blocks.push(block)
  }
  const ends = blocks.flatMap(({ from, to, mean }) =>
    from === to
      ? [{ score: from, mean }]
      : [
          { score: from, mean },
          { score: to, mean },
        ],
  )
  return {
    method: 'isotonic',
    scores: ends.map((end) => end.score),
    probabilities: ends.map((end) => end.mean),
  }
}

/** One block a distinct score, ascending. */
function points(scores: readonly number[], labels: readonly number[]): Block[] {
  const order = scores.map((score, i) => ({ score, label: labels[i] }))
  order.sort((a, b) => a.score - b.score)
  const distinct: Block[] = []
  for (const { score, label } of order) {
    const point = { from: score, to: score, mean: label, size: 1 }
    const last = distinct.at(-1)
    if (last?.from === score) distinct[distinct.length - 1] = pool(last, point)
    else distinct.push(point)
  }
  return distinct
}

function pool(left: Block, right: Block): Block {
  const size = left.size + right.size
  const mean = (left.mean * left.size + right.mean * right.size) / size
  return { from: left.from, to: right.to, mean, size }
}
