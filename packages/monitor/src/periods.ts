// Which periods a look works on: the newest one that was processed, since labels may have come, and those after it.

/**
 * The periods to run, in order.
 * @param present the periods that the source has, YYYY-MM-DD
 * @param processed the newest period that the registry or the journal knows; null for a project that begins
 * @param asOf that of params.yaml, with which a project begins
 */
export function duePeriods(
  present: readonly string[],
  processed: string | null,
  asOf: string,
): string[] {
  const from = processed ?? asOf
  const later = present.filter((period) => period > from).sort()
  return [from, ...new Set(later)]
}
