// A logistic curve through targets, its logit a straight line of the score: what Platt scaling and Cox's calibration fit.
import { sigmoid } from './calibration.ts'

/** P = 1 / (1 + e^−(slope·score + intercept)). */
export interface Line {
  readonly slope: number
  readonly intercept: number
}

/** The second derivatives of the loss at a line. */
export interface Curvature {
  readonly slopes: number
  readonly mixed: number
  readonly intercepts: number
}

const STEPS = 100
const RIDGE = 1e-12

/**
 * The line of the least cross-entropy, by Newton's method with halved steps.
 * @param targets one a score, 0 to 1
 * @param start where the search begins
 */
export function fitLine(scores: ArrayLike<number>, targets: ArrayLike<number>, start: Line): Line {
  let at = start
  let before = lineLoss(at, scores, targets)
  for (let step = 0; step < STEPS; step++) {
    const next = descend(at, before, scores, targets)
    const moved =
      Math.abs(next.line.slope - at.slope) + Math.abs(next.line.intercept - at.intercept)
    at = next.line
    before = next.loss
    if (moved < 1e-12) break
  }
  return at
}

/** One Newton step, halved until the loss does not grow. */
function descend(
  at: Line,
  before: number,
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
): { line: Line; loss: number } {
  const step = newtonStep(at, scores, targets)
  for (let size = 1; size > 1e-10; size /= 2) {
    const line = {
      slope: at.slope - size * step.slope,
      intercept: at.intercept - size * step.intercept,
    }
    const loss = lineLoss(line, scores, targets)
    if (loss <= before) return { line, loss }
  }
  return { line: at, loss: before }
}

function newtonStep(at: Line, scores: ArrayLike<number>, targets: ArrayLike<number>): Line {
  let [gs, gi, hss, hsi, hii] = [0, 0, RIDGE, 0, RIDGE]
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]
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

/** The second derivatives of the loss, which are Fisher's information of the line. */
export function curvature(at: Line, scores: ArrayLike<number>): Curvature {
  let [slopes, mixed, intercepts] = [0, 0, 0]
  for (let i = 0; i < scores.length; i++) {
    const p = sigmoid(at.slope * scores[i] + at.intercept)
    const weight = p * (1 - p)
    slopes += weight * scores[i] * scores[i]
    mixed += weight * scores[i]
    intercepts += weight
  }
  return { slopes, mixed, intercepts }
}

/** Cross-entropy of the targets, as Σ softplus(z) − t·z. */
export function lineLoss(at: Line, scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    const z = at.slope * scores[i] + at.intercept
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z
  }
  return sum
}
