// Made-up users with a known truth: who leaves is a function of their columns, which can move while no column does.
import { type Random, randomStream } from '@weir/ml/statistics'

/** Columns of a user: six numbers, two flags, and two indicators of a category of three levels. */
export const WIDTH = 10

/** Columns that a user keeps over the months; the others are drawn anew each month. */
const KEPT = [0, 1, 6, 8, 9]

/** Users in rows; a user has `months` rows that differ in what changes by month. */
export interface Users {
  readonly users: number
  readonly months: number
  /** Row-major, users·months × WIDTH; the row of a user's month is user·months + month. */
  readonly rows: Float64Array
}

function drawRow(row: Float64Array, random: Random): void {
  for (let j = 0; j < 5; j++) row[j] = random.normal()
  row[5] = -Math.log(1 - random.uniform()) - 1 // skewed
  row[6] = Number(random.chance(0.265))
  row[7] = Number(random.chance(0.5))
  const level = random.uniform()
  row[8] = Number(level < 0.3)
  row[9] = Number(level >= 0.3 && level < 0.55)
}

export function drawUsers(users: number, months: number, ...seeds: number[]): Users {
  const random = randomStream(...seeds)
  const rows = new Float64Array(users * months * WIDTH)
  for (let user = 0; user < users; user++) {
    const first = rows.subarray(user * months * WIDTH, (user * months + 1) * WIDTH)
    for (let month = 0; month < months; month++) {
      const from = (user * months + month) * WIDTH
      const row = rows.subarray(from, from + WIDTH)
      drawRow(row, random)
      if (month > 0) for (const j of KEPT) row[j] = first[j]!
    }
  }
  return { users, months, rows }
}

/** What makes users leave: a weight a column, and what no linear model of the columns sees. */
interface Truth {
  readonly intercept: number
  readonly weights: readonly number[]
  readonly curve: number
  readonly together: number
}

const BEFORE: Truth = {
  intercept: -1.75,
  weights: [-1.15, 0.45, 0.4, 0.35, -0.25, 0.3, 0.7, 0.3, 0.6, -0.5],
  curve: 0.12,
  together: 0.2,
}

const AFTER: Truth = {
  intercept: -1.53,
  weights: [0.1, 0.3, 0.9, -0.5, 0.75, 0.6, -0.3, 0.5, -0.4, 0.5],
  curve: 0.1,
  together: -0.1,
}

/**
 * The chance of each row to leave.
 * @param concept how far the truth has moved: 0 the first, 1 the other
 */
export function chances({ rows }: Users, concept: number): Float64Array {
  const mix = (of: (truth: Truth) => number) => (1 - concept) * of(BEFORE) + concept * of(AFTER)
  // The rate of leavers stays where it is, whatever the mixture: the label does not drift with the concept.
  const intercept = mix((truth) => truth.intercept) + 0.75 * concept * (1 - concept)
  const weights = Float64Array.from(BEFORE.weights, (_, j) => mix((truth) => truth.weights[j]!))
  const [curve, together] = [mix((truth) => truth.curve), mix((truth) => truth.together)]
  const found = new Float64Array(rows.length / WIDTH)
  for (let i = 0; i < found.length; i++) {
    const at = i * WIDTH
    const [a, b] = [rows[at]!, rows[at + 2]!]
    let logit = intercept + curve * (a * a - 1) + together * a * b
    for (let j = 0; j < WIDTH; j++) logit += weights[j]! * rows[at + j]!
    found[i] = 1 / (1 + Math.exp(-logit))
  }
  return found
}

export type Labels = Uint8Array

export function drawLabels(chance: Float64Array, random: Random): Labels {
  return Uint8Array.from(chance, (p) => Number(random.uniform() < p))
}
