// A column of times in four second months: that go with the period, that stay, that are far off, and that come after it.
import type { PeriodProfile } from '@weir/formats/period-profile'
import { column, findings, period, table } from './periods.ts'

const DAY = Date.parse('2024-01-31') / 86_400_000
const times = Array.from({ length: 1000 }, (_, i) => DAY - (i % 20))

function month(asOf: string, days: number, future = 0): PeriodProfile {
  const at = {
    ...column(
      'at',
      times.map((time) => time + days),
      'time',
    ),
    future,
  }
  return {
    ...period(asOf, { fee: times.map((_, i) => i + days) }),
    tables: [table('people', [at], 1000)],
  }
}

/** What is found in each of them. */
export function judgeFuture(): Readonly<Record<string, string[]>> {
  const before = month('2024-01-31', 0)
  const of = (days: number, future = 0) => findings([before, month('2024-02-29', days, future)])
  return { moving: of(29), staying: of(1), far: of(-3650), future: of(29, 300) }
}
