// Whether a candidate takes the place of the model in Production.

/**
 * True where there is no Production AUC (null or NaN), else where the candidate's exceeds it by more
 * than `minGain`, strictly: (.80, .78, .01) is true, (.785, .78, .01) is false. A candidate without an
 * AUC of its own is never promoted.
 * @param candidate, production AUC on the same held-out rows, 0 to 1
 */
export function shouldPromote(
  candidate: number,
  production: number | null,
  minGain: number,
): boolean {
  if (Number.isNaN(candidate)) return false
  if (production === null || Number.isNaN(production)) return true
  return candidate > production + minGain
}
