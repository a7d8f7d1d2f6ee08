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

/** The alerts of all looks that did not reach a place yet, each cause once, oldest first. */
export function unsent(lines: readonly MonitorLine[], place: string): Alert[] {
  const reached = new Set(
    lines.flatMap((line) => (line.kind === 'sent' && line.to === place ? [line.cause] : [])),
  )
  const open = new Map<string, Alert>()
  for (const line of lines)
    if (line.kind === 'look')
      for (const alert of line.alerts)
        if (!reached.has(alert.cause) && !open.has(alert.cause)) open.set(alert.cause, alert)
  return [...open.values()]
}

/** The alerts of a look that no look before it has had. */
export function fresh(alerts: readonly Alert[], lines: readonly MonitorLine[]): Alert[] {
  const told = new Set(
    lines.flatMap((line) => (line.kind === 'look' ? line.alerts.map(({ cause }) => cause) : [])),
  )
  return alerts.filter(({ cause }) => !told.has(cause))
}
