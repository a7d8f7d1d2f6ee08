// What of a look somebody has to hear, each cause once. Pure.
import type { Alert, Look, MonitorLine } from '@weir/formats/monitor-line'

/** What a look found, before its alerts are known. */
export type Findings = Omit<Look, 'alerts'>

/** The alerts of a look. A cause names its period or version, so that it is another one when it comes back. */
export function alertsOf(found: Findings): Alert[] {
  const { period, outcome, problem, action, reason, decision, production, served } = found
  const alerts: Alert[] = []
  if (outcome === 'suspicious' && problem)
    alerts.push({
      cause: `suspicious ${period}`,
      text: `The exports of ${period} look wrong, and wait for a person: ${problem.message}`,
    })
  if (outcome === 'failed' && problem) {
    const stage = problem.stage === null ? '' : ` in ${problem.stage}`
    alerts.push({
      cause: `failed ${period} ${problem.code}${stage}`,
      text: `The run of ${period} failed${stage}: ${problem.code}: ${problem.message}`,
    })
  }
  if (outcome === 'done' && action === 'retrain')
    alerts.push({
      cause: `retrain ${period}`,
      text: `${period}: ${reason ?? 'a new model is called for'}`,
    })
  if (outcome === 'done' && decision === 'promoted')
    alerts.push({
      cause: `promoted v${production}`,
      text: `${period}: version ${production} is in Production now.`,
    })
  if (outcome === 'done' && decision === 'awaiting_approval')
    alerts.push({
      cause: `approval ${period}`,
      text: `${period}: a candidate waits for a person: weir registry list, then weir registry approve V`,
    })
  for (const one of served) if (one.below) alerts.push(servedAlert(one))
  return alerts
}

function servedAlert({ period, n, f1, floor }: Look['served'][number]): Alert {
  return {
    cause: `f1 ${period}`,
    text: `The predictions served for ${period} have F1 ${three(f1.value)} on ${n} labels, at most ${three(f1.high ?? 1)}: below the floor of ${three(floor)}.`,
  }
}

function three(value: number): string {
  return value.toFixed(3)
}

/** The alerts that did not reach a place since they were told, each cause once, oldest first. */
export function unsent(lines: readonly MonitorLine[], place: string): Alert[] {
  const open = new Map<string, Alert>()
  for (const line of lines) {
    if (line.kind === 'sent') {
      if (line.to === place) open.delete(line.cause)
    } else for (const alert of line.alerts) if (!open.has(alert.cause)) open.set(alert.cause, alert)
  }
  return [...open.values()]
}

/** The alerts of a look whose cause was not told since it began: a month that was repaired may fail again. */
export function fresh(alerts: readonly Alert[], lines: readonly MonitorLine[]): Alert[] {
  const looks = lines.filter((line) => line.kind === 'look')
  const told = looks.reduce(toldAfter, new Set<string>())
  return alerts.filter(({ cause }) => !told.has(cause))
}

/** The causes that are told and go on after a look. */
function toldAfter(before: ReadonlySet<string>, { period, outcome, alerts }: Look): Set<string> {
  const isSound = outcome === 'done' || outcome === 'idle'
  const added = alerts.map(({ cause }) => cause)
  // A version that comes back into Production after another one is news.
  const promotes = added.some((cause) => cause.startsWith(PROMOTED))
  const kept = [...before].filter(
    (cause) => !(isSound && isTrouble(cause, period)) && !(promotes && cause.startsWith(PROMOTED)),
  )
  return new Set([...kept, ...added])
}

const PROMOTED = 'promoted '

/** True for a cause that a sound look at the period ends. */
function isTrouble(cause: string, period: string): boolean {
  return cause === `suspicious ${period}` || cause.startsWith(`failed ${period} `)
}
