// One look: the periods that are due are run in order, what each came to is written down, and who is to know is told.
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Files, replaceFile } from '@weir/base/files'
import type { Clock } from '@weir/base/process'
import { readDefinition } from '@weir/formats/definition-file'
import {
  type Look,
  MONITOR_SCHEMA,
  type MonitorLine,
  type Served,
} from '@weir/formats/monitor-line'
import { periodFolders } from '@weir/formats/period-folders'
import { fold, type ModelState, production } from '@weir/registry/fold'
import { readJournal } from '@weir/registry/journal'
import { renderReport } from '@weir/runner'
import type { ProgramRun, Project, StageResult } from '@weir/runner/program'
import { alertsOf, fresh, unsent } from './alerts.ts'
import { stageFindings } from './findings.ts'
import { appendLines, readLines } from './journal.ts'
import { monitorPage } from './page.ts'
import { duePeriods } from './periods.ts'
import type { MonitorPlaces } from './places.ts'
import { servedPerformance } from './served.ts'
import type { MonitorSettings } from './settings.ts'
import { bodyOf, send } from './webhook.ts'

/** What a look works with. */
export interface LookRoom {
  /** The project, open with a lock of the monitor's own. */
  readonly project: Project
  readonly settings: MonitorSettings
  readonly places: MonitorPlaces
  readonly files: Files
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly kill: AbortSignal
  /** Takes a line for people. */
  readonly tell: (line: string) => void
}

/** Looks once. Gives the looks at the periods, in order; it ends at the first that did not end well. */
export async function lookOnce(room: LookRoom): Promise<Look[]> {
  const { settings, files } = room
  const { journal } = room.places
  const looks: Look[] = []
  let due = await dueNow(room, readLines(journal, files))
  for (let at = 0; at < due.length && !room.signal.aborted; at++) {
    const period = due[at] ?? settings.asOf
    room.tell(`${period}: looking`)
    const look = await lookAt(room, period, readLines(journal, files))
    looks.push(look)
    if (look.outcome !== 'idle' || look.alerts.length > 0) appendLines(journal, [look], files)
    tellOf(room, look)
    if (look.outcome !== 'done' && look.outcome !== 'idle') break
    // The first run of simulated data makes the other periods.
    if (at === due.length - 1)
      due = [
        ...due,
        ...(await dueNow(room, readLines(journal, files))).filter((one) => one > period),
      ]
  }
  const lines = readLines(journal, files)
  await writePage(room, lines)
  await deliver(room, lines)
  return looks
}

/** Writes the page of all months; that it cannot be written is told, and takes nothing from the look. */
async function writePage(
  { settings, places, files, tell }: LookRoom,
  lines: readonly MonitorLine[],
): Promise<void> {
  try {
    const html = await renderReport(monitorPage(settings.name, lines), { onChartError: 'show' })
    if (files.read(places.page) === html) return
    files.makeFolder(dirname(places.page))
    replaceFile(places.page, html, files)
  } catch (error) {
    tell(`the page of the months could not be written: ${(error as Error).message}`)
  }
}

async function dueNow({ settings }: LookRoom, lines: readonly MonitorLine[]): Promise<string[]> {
  const { periods: mapped } = await readDefinition(settings.definition)
  const entries = await readdir(settings.source, { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((one) => one.isDirectory() || one.isSymbolicLink())
  const names = folders.map((one) => one.name).sort()
  const present = periodFolders(names, mapped).periods.map(({ asOf }) => asOf)
  return duePeriods(present, await processedUntil(settings, lines), settings.asOf)
}

/** The newest period that was finished, by the monitor or by a person's run that the registry remembers. */
async function processedUntil(
  settings: MonitorSettings,
  lines: readonly MonitorLine[],
): Promise<string | null> {
  const looked = lines.flatMap((line) =>
    line.kind === 'look' && line.outcome === 'done' ? [line.period] : [],
  )
  const { events } = await readJournal(settings.store)
  const registered = events.flatMap(({ name, as_of }) => (name === settings.name ? [as_of] : []))
  return [...looked, ...registered].sort().at(-1) ?? null
}

async function lookAt(
  room: LookRoom,
  period: string,
  before: readonly MonitorLine[],
): Promise<Look> {
  const { project, settings, files, clock, signal, kill } = room
  const run = await project.run({
    until: [settings.until],
    settings: { as_of: period },
    keepParams: true,
    signal,
    kill,
    command: `weir monitor, ${period}`,
    onEvent: (event) => {
      if (event.kind === 'stage_started') room.tell(`${period}: ${event.stage}`)
    },
  })
  const model = await modelNow(settings)
  const found = {
    schema: MONITOR_SCHEMA,
    kind: 'look' as const,
    at: clock.now().toISOString(),
    period,
    run: run.kind === 'finished' && !isIdle(run.stages) ? run.run : null,
    ...outcomeOf(run),
    ...stageFindings(settings.root, period, files),
    production: production(model)?.version ?? null,
    served: await servedNow(room, model),
  } satisfies Omit<Look, 'alerts'>
  return { ...found, alerts: fresh(alertsOf(found), before) }
}

function isIdle(stages: readonly StageResult[]): boolean {
  return stages.every(({ outcome }) => outcome === 'cached' || outcome === 'skipped')
}

/** The code by which the stage validate says that a period is for a person to judge. */
const SUSPICIOUS = 'PERIOD_SUSPICIOUS'

function outcomeOf(run: ProgramRun): Pick<Look, 'outcome' | 'problem'> {
  if (run.kind === 'unstarted') return { outcome: 'interrupted', problem: null }
  if (run.kind !== 'finished') return { outcome: 'failed', problem: problemIn(run.problems, null) }
  if (run.interrupted) return { outcome: 'interrupted', problem: null }
  if (run.ok) return { outcome: isIdle(run.stages) ? 'idle' : 'done', problem: null }
  const failed = run.stages.find(({ outcome }) => outcome === 'failed')
  const problems = failed?.problem ? [failed.problem] : run.problems
  const outcome = failed?.problem?.code === SUSPICIOUS ? 'suspicious' : 'failed'
  return { outcome, problem: problemIn(problems, failed?.name ?? null) }
}

function problemIn(
  problems: readonly { readonly code: string; readonly message: string }[],
  stage: string | null,
): Look['problem'] {
  const [first] = problems
  return first ? { code: first.code, message: first.message, stage } : null
}

async function modelNow({ store, name }: MonitorSettings): Promise<ModelState | undefined> {
  return fold((await readJournal(store)).events).get(name)
}

/** What F1 may fall below what it was at registration before somebody is told. */
const F1_MARGIN = 0.05

/** A log that cannot be read is told, and takes nothing from the look. */
async function servedNow(
  room: LookRoom,
  model: ModelState | undefined,
): Promise<readonly Served[]> {
  const { settings, signal, tell } = room
  const registered = production(model)?.metrics?.f1
  const floor = settings.f1Floor ?? (typeof registered === 'number' ? registered - F1_MARGIN : null)
  if (floor === null) return []
  const places = {
    predictions: settings.predictions,
    features: `${settings.root}/artifacts/features`,
    model: settings.name,
  }
  return servedPerformance(places, Math.max(0, floor), signal).catch((error: unknown) => {
    tell(`the log of predictions could not be read: ${(error as Error).message}`)
    return []
  })
}

function tellOf({ tell }: LookRoom, look: Look): void {
  const { period, outcome, problem, reason, decision } = look
  if (problem) tell(`${period}: ${outcome}: ${problem.code}: ${problem.message}`)
  else if (outcome === 'idle') tell(`${period}: nothing new`)
  else
    tell(`${period}: ${[reason ?? outcome, decision].filter((part) => part !== null).join(' -> ')}`)
  for (const { text } of look.alerts) tell(`alert: ${text}`)
}

/** Sends what did not reach each webhook yet, in order; at the first failure of a webhook the rest waits for the next look. */
async function deliver(room: LookRoom, lines: readonly MonitorLine[]): Promise<void> {
  const { settings, files, clock, signal, tell } = room
  const { journal } = room.places
  for (const webhook of settings.webhooks) {
    for (const alert of unsent(lines, webhook.place)) {
      const body = bodyOf(settings.name, alert, clock.now())
      const why = await send(webhook, body, { now: clock.now, signal })
      if (why !== undefined) {
        tell(`WEBHOOK_FAILED: ${webhook.host}: ${why}; it is told again at the next look`)
        break
      }
      const at = clock.now().toISOString()
      const sent = {
        schema: MONITOR_SCHEMA,
        kind: 'sent',
        at,
        cause: alert.cause,
        to: webhook.place,
      } as const
      appendLines(journal, [sent], files)
    }
  }
}
