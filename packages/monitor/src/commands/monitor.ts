// `weir monitor`: runs the pipeline over each new period, once or by a schedule, and tells what it found.
import { setTimeout as sleep } from 'node:timers/promises'
import { CodedError } from '@weir/base'
import { type Mutex, takeMutex, takenText } from '@weir/base/mutex'
import type { Look } from '@weir/formats/monitor-line'
import type { Command, Effects, Given } from '@weir/runner/plugin'
import { open } from '@weir/runner/program'
import { Cron } from 'croner'
import { type LookRoom, lookOnce } from '../look.ts'
import { type MonitorPlaces, monitorPlaces } from '../places.ts'
import { monitorSettings } from '../settings.ts'

const ABOUT = `Looks whether there is a new period, and runs the pipeline over it: ingest, plausible?, features,
score, drift, decide, maybe train, compare, promote or wait, publish. The newest processed period is
looked at too, since its labels may have come. It writes no file that git tracks: as_of holds for each
run alone, and the lock is the monitor's own.

Each look is a line of .weir/monitor/journal.jsonl. Alerts go to the log and to webhooks, each cause once.`

const NOTES = `Environment
  WEIR_WEBHOOKS        addresses, parted by blanks; each gets {"text", "cause", "project", "at"} as Slack takes it
  WEIR_WEBHOOK_SECRET  signs it: x-weir-signature is v1=HMAC-SHA-256 of "TIMESTAMP.BODY", x-weir-timestamp its time

Params
  monitor.until        the stage up to which a period is run (promote)
  monitor.predictions  folder of the log of served predictions (predictions)
  monitor.f1_floor     an alert where F1 of served predictions lies below (null: that at registration, less .05)`

const OPTIONS = {
  once: {
    type: 'boolean',
    description: 'look once and end: for cron, systemd or a Kubernetes CronJob',
  },
  every: {
    type: 'string',
    value: 'CRON',
    description: 'look by this schedule, in UTC, until it is stopped',
  },
  json: { type: 'boolean', description: 'with --once: one JSON document of the looks on stdout' },
} as const

type Options = Given<typeof OPTIONS>['options']

/** Exit code 1 where a period failed or waits for a person. */
export const monitorCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  options: OPTIONS,
  notes: NOTES,
  examples: [
    'weir monitor --once',
    'weir monitor --every "0 6 * * *"',
    'WEIR_WEBHOOKS=https://hooks.slack.com/services/T/B/X weir monitor --once',
    `weir monitor --once --json | jq '.looks[].alerts'`,
  ],
  async run({ options }, effects) {
    const schedule = scheduleOf(options)
    const settings = monitorSettings(await effects.params(), effects.env)
    const places = await monitorPlaces(settings.root)
    const mutex = await takeOnce(places, effects)
    try {
      const room: LookRoom = {
        project: await open(settings.root, { layout: { lock: places.lock }, env: effects.env }),
        settings,
        journal: places.journal,
        files: effects.files,
        clock: effects.clock,
        signal: effects.signal,
        kill: effects.kill,
        tell: teller(options, effects),
      }
      if (schedule) return await lookBy(schedule, room, effects)
      const looks = await lookOnce(room)
      if (options.json) effects.stdout.write(`${JSON.stringify({ looks }, null, 2)}\n`)
      return exitCode(looks, effects)
    } finally {
      mutex.release()
    }
  },
}

/** The schedule that is asked for; undefined for one look. @throws CodedError USAGE */
function scheduleOf({ once, every, json }: Options): Cron | undefined {
  if (once === (every !== undefined))
    throw usage('weir monitor takes --once or --every', 'weir monitor --every "0 6 * * *"')
  if (every === undefined) return undefined
  if (json) throw usage('--json goes with --once', 'a schedule has no end at which to print')
  try {
    return new Cron(every, { paused: true, timezone: 'UTC' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const hint = 'minute hour day month weekday: "0 6 * * *" is daily at six'
    throw usage(`--every ${every}: ${why}`, hint)
  }
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}

/** One monitor a project: a second one is told who looks already. */
async function takeOnce({ mutex }: MonitorPlaces, { signal }: Effects): Promise<Mutex> {
  const taken = new AbortController()
  let who = ''
  try {
    return await takeMutex(mutex, {
      what: 'weir monitor',
      signal: AbortSignal.any([signal, taken.signal]),
      waiting(holder) {
        who = takenText(holder)
        taken.abort()
      },
    })
  } catch (error) {
    if (!taken.signal.aborted) throw error
    throw new CodedError('MONITOR_RUNNING', `a monitor is at work already: ${who}`, {
      where: mutex,
      hint: 'one is enough; if it is gone for good: weir unlock',
    })
  }
}

/** People's lines: on stdout, or beside the document on stderr; by a schedule with their time. */
function teller({ json, every }: Options, { stdout, stderr, clock }: Effects) {
  const stream = json ? stderr : stdout
  const stamp = () => (every === undefined ? '' : `${clock.now().toISOString()} `)
  return (line: string): void => void stream.write(`${stamp()}${line}\n`)
}

/** Looks at once and then by the schedule, until it is stopped. A look that fails ends none of those after it. */
async function lookBy(schedule: Cron, room: LookRoom, effects: Effects): Promise<number> {
  for (;;) {
    await lookOnce(room).catch((error: unknown) => {
      if (!effects.signal.aborted) room.tell(`the look failed: ${textOf(error)}`)
    })
    const next = schedule.nextRun(effects.clock.now())
    if (next === null || effects.signal.aborted) return 0
    room.tell(`the next look is at ${next.toISOString()}`)
    if (await stoppedBefore(next, effects)) return 0
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? `${String(error.code)}: ${error.message}` : error.message
}

/** The longest time that a timer of Node waits for. */
const LONGEST_MS = 2 ** 31 - 1

/** Waits until a time; true if it was told to stop first. */
async function stoppedBefore(time: Date, { clock, signal }: Effects): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return true
    const left = time.getTime() - clock.now().getTime()
    if (left <= 0) return false
    await sleep(Math.min(left, LONGEST_MS), undefined, { signal }).catch(() => undefined)
  }
}

function exitCode(looks: readonly Look[], { signal }: Effects): number {
  if (signal.aborted || looks.some(({ outcome }) => outcome === 'interrupted')) return 130
  return looks.every(({ outcome }) => outcome === 'done' || outcome === 'idle') ? 0 : 1
}
