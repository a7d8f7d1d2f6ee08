// Parts the training users into folds, each with the same share of churners.
import { randomStream } from '../statistics/random.ts'
import { shuffled } from './shuffle.ts'

const PURPOSE = 1

/**
 * The fold of each row, 0 … folds − 1: within each class the rows are shuffled and dealt out in turn.
 * @param labels 1 or 0, by row
 */
export function stratifiedFolds(labels: readonly number[], folds: number, seed: number): number[] {
  const random = randomStream(seed, PURPOSE)
  const fold = new Array<number>(labels.length).fill(0)
  let dealt = 0
  for (const label of [0, 1]) {
    const rows = labels.flatMap((value, row) => (value === label ? [row] : []))
    for (const at of shuffled(rows.length, random)) fold[rows[at]] = dealt++ % folds
  }
  return fold
}
