// Wilson's 95 % interval of a share (Wilson 1927).
const Z = 1.959964

/** The interval of the share of successes among trials. */
export function wilson(successes: number, trials: number): [low: number, high: number] {
  const p = successes / trials
  const scale = 1 + Z ** 2 / trials
  const middle = (p + Z ** 2 / (2 * trials)) / scale
  const half = (Z / scale) * Math.sqrt((p * (1 - p)) / trials + Z ** 2 / (4 * trials ** 2))
  return [middle - half, middle + half]
}
