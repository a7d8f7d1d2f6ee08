// Platt scaling: a logistic curve from scores to probabilities.
import { type Calibration, sigmoid } from './calibration.ts'

type Platt = Extract<Calibration, { method: 'platt' }>

const STEPS = 100
const RIDGE = 1e-12

/**
 * Fits probability = 1 / (1 + e^−(slope·score + intercept)) by Newton's method on Platt's smoothed
 * targets (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2): Lin, Lin and Weng, "A note on Platt's probabilistic
 * outputs" (2007); scikit-learn's `sigmoid` is the same with slope and intercept negated.
 * @param scores logits of rows that their model was not trained on
 * @param labels 1 or 0, in the order of scores
 */
export function fitPlatt(scores: readonly number[], labels: readonly number[]): Platt {
  const positives = labels.filter((label) => label === 1).length
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (labels.length - positives + 2)
  const targets = labels.map((label) => (label === 1 ? high : low))
  let at = { slope: 0, intercept: Math.log((positives + 1) / (labels.length - positives + 1)) }
  for (let step = 0; step < STEPS; step++) {
    const next = descend(at, scores, targets)
    const moved = Math.abs(next.slope - at.slope) + Math.abs(next.intercept - at.intercept)
    at = next
    if (moved < 1e-12) break
  }
  return { method: 'platt', ...at }
}

interface Line {
  readonly slope: number
  readonly intercept: number
}

/** One Newton step, halved until the loss does not grow. */
function descend(at: Line, scores: readonly number[], targets: readonly number[]): Line {
  const step = newtonStep(at, scores, targets)
  const before = loss(at, scores, targets)
  for (let size = 1; size > 1e-10; size /= 2) {
    const next = {
      slope: at.slope - size * step.slope,
      intercept: at.intercept - size * step.intercept,
    }
    if (loss(next, scores, targets) <= before) return next
  }
  return at
}

function newtonStep(at: Line, scores: readonly number[], targets: readonly number[]): Line {
  let [gs, gi, hss, hsi, hii] = [0, 0, RIDGE, 0, RIDGE]
  for (const [i, score] of scores.entries()) {
    const p = sigmoid(at.slope * score + at.intercept)
    const error = p - targets[i]
    const weight = p * (1 - p)
    gs += error * score
    gi += error
    hss += weight * score * score
    hsi += weight * score
    hii += weight
  }
  const determinant = hss * hii - hsi * hsi
  return {
    slope: (hii * gs - hsi * gi) / determinant,
    intercept: (hss * gi - hsi * gs) / determinant,
  }
}

/** Cross-entropy of the smoothed targets, as Σ softplus(z) − t·z. */
function loss(at: Line, scores: readonly number[], targets: readonly number[]): number {
  let sum = 0
  for (const [i, score] of scores.entries()) {
    const z = at.slope * score + at.intercept
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z
  }
  return sum
}
