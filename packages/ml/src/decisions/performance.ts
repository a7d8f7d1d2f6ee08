// How Production stands on a month: what it does against what its own probabilities expect.
import { confusion } from '../metrics/confusion.ts'
import { type Cox, coxCalibration } from '../metrics/cox.ts'
import { aucInterval } from '../metrics/delong.ts'
import { expectedPerformance } from '../metrics/expected.ts'
import { f1Interval } from '../metrics/f1.ts'
import type { Label } from '../metrics/scored.ts'
import { chiSquareSf } from '../statistics/chi-square.ts'
import { normalLower } from '../statistics/normal.ts'

/** A figure with the bounds of its 95 % interval; null where the rows cannot give it. */
export interface Figure {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** A figure that the probabilities expect, and the standard deviation of what labels show around it. */
export interface ExpectedFigure {
  readonly value: number | null
  readonly se: number | null
}

/** A model's figures on the labelled held-out users of a month. */
export interface Performance {
  readonly period: string
  readonly n: number
  readonly positives: number
  readonly auc: Figure
  readonly f1: Figure
  /** Share of rows called 1. */
  readonly called: number
  /** By the probabilities alone: named "expected", never an all-clear. */
  readonly expected: {
    readonly auc: ExpectedFigure
    readonly f1: ExpectedFigure
    readonly rate: ExpectedFigure
  }
  readonly cox: Cox | null
}

/**
 * All figures of a month.
 * @param threshold a probability from here on is called 1
 * @throws RangeError for no rows, unequal lengths or a probability that is not finite
 */
export function performanceOf(
  period: string,
  probabilities: ArrayLike<number>,
  labels: readonly Label[],
  threshold: number,
): Performance {
  const counts = confusion(probabilities, labels, threshold)
  const expected = expectedPerformance(probabilities, threshold)
  return {
    period,
    n: labels.length,
    positives: counts.truePositives + counts.falseNegatives,
    auc: figure(aucInterval(probabilities, labels)),
    f1: figure(f1Interval(counts)),
    called: (counts.truePositives + counts.falsePositives) / labels.length,
    expected: {
      auc: { value: known(expected.auc.value), se: known(expected.auc.se) },
      f1: { value: known(expected.f1.value), se: known(expected.f1.se) },
      rate: { value: known(expected.rate.value), se: known(expected.rate.se) },
    },
    cox: coxCalibration(probabilities, labels),
  }
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null)

const figure = ({ value, low, high }: { value: number; low: number; high: number }): Figure => ({
  value: known(value),
  low: known(low),
  high: known(high),
})

/** Whether Production ranks users worse than it should. Null figures: the month cannot tell. */
export interface PerformanceTest {
  /** AUC on the month's users, and what Production was expected to reach on them. */
  readonly realised: number | null
  readonly expected: number | null
  /** expected − realised. */
  readonly shortfall: number | null
  /** Realised AUC minus that of registration: told, never tested, since other users move it harmlessly. */
  readonly change: number | null
  readonly slope: number | null
  /** One-sided p-values of a shortfall, and of a slope below both 1 and that of registration. */
  readonly aucP: number | null
  readonly slopeP: number | null
  /** Both together: Bonferroni, the AUC with three quarters of the level. */
  readonly p: number | null
}

/**
 * Tests Production's realised AUC against its expected one.
 *
 * A model trained on finite data is a little off, so what its probabilities expect is corrected by
 * how far it was off at its registration, on held-out users too: the shortfall now minus the shortfall
 * then is what is tested, with the sampling error of both, each over the labels with the users as they
 * are. Users of another kind move both sides alike. That assumes nothing of how the model was made;
 * bench/gate.ts measures it. The slope likewise. With fewer than 10 rows of a class in either month
 * nothing is tested.
 * @param registration the model's figures on the period that it was registered with; null where unknown
 */
export function testPerformance(
  now: Performance,
  registration: Performance | null,
): PerformanceTest {
  const before = registration ? shortfallOf(registration) : null
  const after = shortfallOf(now)
  const expected = now.expected.auc.value
  const corrected = expected === null ? null : expected - (before?.value ?? 0)
  const realised = now.auc.value
  const shortfall = corrected === null || realised === null ? null : corrected - realised
  const variance = (after?.variance ?? 0) + (before?.variance ?? 0)
  const enough = isEnough(now) && (registration === null || isEnough(registration))
  const aucP = shortfall === null || !enough ? null : tail(shortfall, variance)
  const slopeP = enough ? slopeTest(now.cox, registration?.cox ?? null) : null
  const first = registration?.auc.value ?? null
  return {
    realised,
    expected: corrected,
    shortfall,
    change: realised === null || first === null ? null : realised - first,
    slope: now.cox?.slope ?? null,
    aucP,
    slopeP,
    p: together(aucP, slopeP),
  }
}

/** Rows of the rarer class below which errors are too rough to test with. */
const LEAST_OF_A_CLASS = 10

const isEnough = ({ n, positives }: Performance): boolean =>
  Math.min(positives, n - positives) >= LEAST_OF_A_CLASS

/** P of at least so large a value by chance. */
const tail = (value: number, variance: number): number => normalLower(-value / Math.sqrt(variance))

function shortfallOf({ auc, expected }: Performance): { value: number; variance: number } | null {
  if (auc.value === null || expected.auc.value === null || expected.auc.se === null) return null
  return { value: expected.auc.value - auc.value, variance: expected.auc.se ** 2 }
}

/** One-sided: the slope now against the lower of 1 and that of registration. */
function slopeTest(now: Cox | null, registration: Cox | null): number | null {
  if (now === null) return null
  const from = Math.min(1, registration?.slope ?? 1)
  return tail(from - now.slope, now.variance.slope + (registration?.variance.slope ?? 0))
}

/** The AUC's share of the level. The slope's test is the weaker one: it asks little of a slope above 1. */
const AUC_SHARE = 0.75

function together(aucP: number | null, slopeP: number | null): number | null {
  if (aucP === null || slopeP === null) return aucP ?? slopeP
  return Math.min(1, aucP / AUC_SHARE, slopeP / (1 - AUC_SHARE))
}

/** Whether Production's probabilities still keep their word as they did. */
export interface CalibrationTest {
  readonly intercept: number
  readonly slope: number
  /** Mean |probability − recalibrated probability| on the month's users. */
  readonly error: number
  /** Of intercept and slope jointly, against those of registration. */
  readonly p: number
}

/**
 * Cox's intercept and slope jointly: against the line of registration (Wald, chi-square of 2 degrees),
 * or without one against 0 and 1 (likelihood ratio). Null where the month has no line.
 */
export function testCalibration(
  { cox }: Performance,
  registration: Performance | null,
): CalibrationTest | null {
  if (cox === null) return null
  const { intercept, slope, error } = cox
  const first = registration?.cox ?? null
  return { intercept, slope, error, p: first === null ? cox.p : waldP(cox, first) }
}

function waldP(now: Cox, then: Cox): number {
  const [a, b] = [now.intercept - then.intercept, now.slope - then.slope]
  const va = now.variance.intercept + then.variance.intercept
  const vb = now.variance.slope + then.variance.slope
  const c = now.variance.covariance + then.variance.covariance
  return chiSquareSf((a * a * vb - 2 * a * b * c + b * b * va) / (va * vb - c * c), 2)
}
