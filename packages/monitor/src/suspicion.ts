// What a suspicious period is told as: each finding with what was expected and found, and the command that accepts.
import { StageError } from '@weir/base'
import type { Finding } from '@weir/ml/plausibility'
import type { JudgedPeriod } from './judge-periods.ts'

/** `subscriptions.monthly_fee` */
export function placeOf({ table, column }: Pick<Finding, 'table' | 'column'>): string {
  if (table === null) return 'the period'
  return column === null ? table : `${table}.${column}`
}

/** One finding in a line. */
export function sentenceOf(finding: Finding): string {
  const { figure, expected, found } = finding
  return `${placeOf(finding)}, ${figure}: expected ${expected}; found ${found}`
}

/** The error of the periods that are suspicious and that nobody accepted; undefined where there is none. */
export function suspicion(periods: readonly JudgedPeriod[]): StageError | undefined {
  const open = periods.filter(({ outcome }) => outcome === 'suspicious')
  const [first] = open
  if (first === undefined) return undefined
  const told = open.map(({ asOf, findings }) => {
    const news = findings.filter(({ accepted }) => accepted === null)
    const count = news.length === 1 ? '1 finding' : `${news.length} findings`
    const lines = news.map((finding) => `  ${sentenceOf(finding)}`)
    return [`${asOf} is not like the periods before it: ${count}`, ...lines].join('\n')
  })
  const commands = open.map(({ asOf }) => `weir accept ${asOf} --reason "…"`)
  return new StageError('PERIOD_SUSPICIOUS', told.join('\n'), {
    where: placeIn(first),
    hint: `correct the exports; or, if they are right as they are: ${commands.join(', ')}`,
  })
}

function placeIn({ asOf, findings }: JudgedPeriod): string {
  const first = findings.find(({ accepted }) => accepted === null)
  const table = first?.table == null ? '' : `, table ${first.table}`
  return first?.column == null ? `${asOf}${table}` : `${asOf}${table}, column ${first.column}`
}
