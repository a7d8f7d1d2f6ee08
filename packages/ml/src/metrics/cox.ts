// Cox's calibration: the labels as a logistic function of the predicted log odds.
import { curvature, fitLine, type Line, lineLoss } from '../calibration/line.ts'
import { chiSquareSf } from '../statistics/chi-square.ts'
import { normalLower } from '../statistics/normal.ts'
import { checkScored, type Label } from './scored.ts'

/** The fitted line with the covariance of its two coefficients. */
export interface CoxLine {
  /** 0 for calibrated probabilities; above, too low a rate was predicted. */
  readonly intercept: number
  /** 1 for calibrated probabilities; below, the predictions are too extreme. */
  readonly slope: number
  readonly variance: {
    readonly intercept: number
    readonly slope: number
    readonly covariance: number
  }
}

export interface Cox extends CoxLine {
  /** Likelihood ratio of the line against intercept 0 and slope 1: chi-square of 2 degrees. */
  readonly statistic: number
  readonly p: number
  /** One-sided p-value of a slope below 1 (Wald). */
  readonly slopeP: number
  /** Mean |probability − the line's probability|: how much the miscalibration matters. */
  readonly error: number
}

const EDGE = 1e-12

/** ln(p / (1 − p)), p kept 1e-12 away from 0 and 1. */
export function logit(p: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, p))
  return Math.log(inside / (1 - inside))
}

/**
 * Logistic regression of the labels on logit(p), with intercept: Cox (1958), "Two further
 * applications of a model for binary regression"; statsmodels' `Logit` gives the same.
 * Null where there is no such line: one class only, one probability only, or classes that a cut parts
 * without a mistake (the slope has no end).
 * @throws RangeError for no rows, unequal lengths or a probability that is not finite
 */
export function coxCalibration(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<Label>,
): Cox | null {
  checkScored(probabilities, labels)
  const scores = Float64Array.from(probabilities, logit)
  const line = fitLine(scores, labels, { slope: 1, intercept: 0 })
  const variance = inverse(line, scores)
  if (variance === null) return null
  const loss = (at: Line) => lineLoss(at, scores, labels)
  const statistic = Math.max(0, 2 * (loss({ slope: 1, intercept: 0 }) - loss(line)))
  return {
    ...line,
    variance,
    statistic,
    p: chiSquareSf(statistic, 2),
    slopeP: normalLower((line.slope - 1) / Math.sqrt(variance.slope)),
    error: calibrationShift(probabilities, line),
  }
}

/** A line's probability for a predicted one. */
export const recalibrated = (line: Line, p: number): number =>
  1 / (1 + Math.exp(-(line.intercept + line.slope * logit(p))))

function calibrationShift(probabilities: ArrayLike<number>, line: Line): number {
  let sum = 0
  for (let i = 0; i < probabilities.length; i++) {
    sum += Math.abs(probabilities[i] - recalibrated(line, probabilities[i]))
  }
  return sum / probabilities.length
}

/** Fisher's information inverted; null where it is singular or the line has run away. */
function inverse(line: Line, scores: ArrayLike<number>): CoxLine['variance'] | null {
  const { slopes, mixed, intercepts } = curvature(line, scores)
  const determinant = slopes * intercepts - mixed * mixed
  const usable = determinant > 1e-9 * slopes * intercepts && intercepts > 1e-6
  if (!usable || Math.abs(line.slope) > 1e3) return null
  return {
    intercept: slopes / determinant,
    slope: intercepts / determinant,
    covariance: -mixed / determinant,
  }
}
