// Whether a period is one of those before it once again, as by an export of the wrong month.
import type { PeriodProfile } from '@weir/formats/period-profile'
import type { Finding } from './finding.ts'
import { isComplete } from './label-figures.ts'

/** Under which name the labels go among the tables; no table has it. */
const LABELS = ''

/**
 * A finding where every table that changed between earlier periods is, row by row, as in one of them. With one earlier
 * period, or where nothing ever changed, that is every table. Labels that are not complete play no part.
 */
export function judgeRepeat(
  now: PeriodProfile,
  earlier: readonly PeriodProfile[],
  complete: number,
): Finding[] {
  const [digests, past] = [digestsOf(now, complete), earlier.map((one) => digestsOf(one, complete))]
  const changing = [...digests.keys()].filter((table) =>
    past.some((one, at) => at > 0 && one.get(table) !== past[at - 1].get(table)),
  )
  const telling = changing.length > 0 ? changing : [...digests.keys()]
  const at = past.findIndex((one) => telling.every((t) => one.get(t) === digests.get(t)))
  // Where only labels ever change, they are judged by themselves.
  if (at < 0 || telling.every((table) => table === LABELS)) return []
  return [
    {
      figure: 'repeat',
      table: null,
      column: null,
      expected: 'a period of its own',
      found: `${earlier[at].asOf} again, row by row: ${telling.map((t) => t || 'the labels').join(', ')}`,
      ofLabels: false,
    },
  ]
}

function digestsOf({ tables, label }: PeriodProfile, complete: number): Map<string, string> {
  const digests = new Map(tables.map(({ table, digest }) => [table, digest]))
  if (isComplete(label, complete)) digests.set(LABELS, label.digest)
  return digests
}
