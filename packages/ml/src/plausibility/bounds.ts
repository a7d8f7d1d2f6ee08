// How far a figure may be from those of the periods before: learned from how far these are from each other.

/** How a figure is held against earlier ones. */
export interface Measure<T> {
  /** How far two periods are apart, 0 or more; null where they cannot be held against each other. */
  distance(now: T, before: T): number | null
  /** How far apart the chance of the draw alone may put them, at about three standard errors. */
  noise(now: T, before: T): number
}

/** How many steps between earlier periods there must be before a limit gets narrower than the definition's. */
const STEPS = 2
/** A limit is at least this much of the definition's, and at least this many times the largest step seen. */
const LEAST = 0.5
const ROOM = 3

/**
 * How far a figure may be from the nearest of the periods before. With one or two of them the limit of the definition
 * stands. With more it is three times the largest step from one to the next, between half of that limit and all of it.
 */
export function learnedLimit<T>(limit: number, earlier: readonly T[], measure: Measure<T>): number {
  const steps = earlier
    .slice(1)
    .map((figure, at) => measure.distance(figure, earlier[at]))
    .filter((step) => step !== null)
  if (steps.length < STEPS) return limit
  return Math.min(limit, Math.max(LEAST * limit, ROOM * Math.max(...steps)))
}

/** A figure that is too far away. */
export interface Outside<T> {
  /** The nearest of the earlier figures. */
  readonly nearest: T
  readonly distance: number
  /** What it may be, the noise of the draw included. */
  readonly limit: number
}

/** Where the figure is farther from every earlier one than it may be; null where it is not. */
export function outside<T>(
  now: T,
  earlier: readonly T[],
  limit: number | null,
  measure: Measure<T>,
): Outside<T> | null {
  if (limit === null) return null
  const learned = learnedLimit(limit, earlier, measure)
  let nearest: Outside<T> | null = null
  for (const figure of earlier) {
    const distance = measure.distance(now, figure)
    if (distance === null) continue
    const allowed = learned + measure.noise(now, figure)
    if (distance <= allowed) return null
    if (nearest === null || distance - allowed < nearest.distance - nearest.limit) {
      nearest = { nearest: figure, distance, limit: allowed }
    }
  }
  return nearest
}

/** Three standard errors of the difference of two shares, from samples of n and m. */
export function shareNoise(share: number, n: number, m: number): number {
  const p = Math.min(Math.max(share, 1 / (n + 2)), 1 - 1 / (n + 2))
  return 3 * Math.sqrt(p * (1 - p) * (1 / Math.max(1, n) + 1 / Math.max(1, m)))
}
