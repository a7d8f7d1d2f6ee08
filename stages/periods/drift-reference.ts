// Which period the current one is compared with.

import type { RegisteredVersion } from '@weir/formats/registry-answer'
import { StageError } from '@weir/runner'

/**
 * The reference period, or null where there is none yet: without a model in Production for
 * `production`, in the first period for `previous`.
 * @param choice `production`, `previous`, or a date
 * @param periods the periods that there are features of
 * @throws StageError DRIFT_REFERENCE_SAME, DRIFT_REFERENCE_LATER, DRIFT_REFERENCE_MISSING
 */
export function referencePeriod(
  choice: string,
  asOf: string,
  periods: readonly string[],
  incumbent: RegisteredVersion | null,
): string | null {
  if (choice === 'previous') {
    const earlier = periods.filter((period) => period < asOf).toSorted()
    return earlier.at(-1) ?? null
  }
  if (choice === 'production' && incumbent === null) return null
  const period = choice === 'production' ? (incumbent?.as_of ?? '') : choice
  const reason = choice === 'production' ? `Production (version ${incumbent?.version})` : 'params'
  checkPeriod(period, asOf, periods, reason)
  return period
}

function checkPeriod(
  period: string,
  asOf: string,
  periods: readonly string[],
  reason: string,
): void {
  const where = `drift.reference, ${period} from ${reason}`
  if (period === asOf) {
    throw new StageError('DRIFT_REFERENCE_SAME', `${asOf} would be compared with itself`, {
      where,
      param: 'drift.reference',
      hint: 'set drift.reference to an earlier period, or to previous',
    })
  }
  if (period > asOf) {
    throw new StageError('DRIFT_REFERENCE_LATER', `${period} is later than ${asOf}`, {
      where,
      param: 'drift.reference',
      hint: 'the reference is an earlier period',
    })
  }
  if (periods.includes(period)) return
  const earlier = periods.filter((known) => known < asOf)
  throw new StageError('DRIFT_REFERENCE_MISSING', `there are no features of ${period}`, {
    where,
    hint: `put its raw tables into the source again, or set drift.reference to ${earlier.length === 0 ? 'previous' : `one of: ${earlier.join(', ')}`}`,
  })
}
