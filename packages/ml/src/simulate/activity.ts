// What a made-up user does in one month, under the month's shifts.

import { randomStream } from '../statistics/random.ts'
import type { Profile } from './profile.ts'

/** The columns that are drawn anew each month, and so can shift. */
export type Shiftable =
  | 'watch_hours_30d'
  | 'rebuffer_events_7d'
  | 'failed_payments_90d'
  | 'support_tickets_90d'

/** By how many standard deviations the mean of a column has moved. */
export type Shifts = Readonly<Partial<Record<Shiftable, number>>>

export interface Activity {
  /** Hours, four decimals kept. */
  readonly watchHours: number
  readonly rebuffers: number
  readonly failedPayments: number
  readonly tickets: number
}

/** The same for everyone and for ever, as in the real exports. */
export const SESSION_MINUTES = 29.14104464084511

/** A user's activity in the month of an index (0 the first). Watch hours rise with the fee, as in the real exports. */
export function makeActivity(
  seed: number,
  index: number,
  month: number,
  user: Profile,
  shifts: Shifts,
): Activity {
  const random = randomStream(seed, 2, index, month)
  const count = (mean: number, column: Shiftable) =>
    random.poisson(Math.max(0, mean + (shifts[column] ?? 0) * Math.sqrt(mean)))
  const usual = 29.63 + 0.1525 * (user.monthlyFee - 64.8) + 6.75 * (shifts.watch_hours_30d ?? 0)
  return {
    watchHours: Math.round(Math.max(0, usual + 4.95 * random.normal()) * 1e4) / 1e4,
    rebuffers: count(2.31, 'rebuffer_events_7d'),
    failedPayments: count(0.16, 'failed_payments_90d'),
    tickets: count(0.303, 'support_tickets_90d'),
  }
}
