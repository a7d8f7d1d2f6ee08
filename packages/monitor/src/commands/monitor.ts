// `weir monitor`: runs the pipeline over each new period, once or by a schedule, and tells what it found.
import { CodedError } from '@weir/base'
import type { Look } from '@weir/formats/monitor-line'
import type { Command, Effects, Given } from '@weir/runner/plugin'
import { open } from '@weir/runner/program'
import { acknowledge } from '../acknowledge.ts'
import { readLines } from '../journal.ts'
import { lookOnce } from '../look.ts'
import { lastLooks } from '../page.ts'
import { holdMonitor, monitorPlaces } from '../places.ts'
import { lookBy, scheduleOf } from '../schedule.ts'
import { type MonitorSettings, monitorSettings } from '../settings.ts'

const ABOUT = `Looks whether there is a new period, and runs the pipeline over it: ingest, plausible?, features,
score, drift, decide, maybe train, compare, promote or wait, publish. The newest processed period is
looked at too, since its labels may have come. It writes no file that git tracks: as_of holds for each
run alone, and the lock is the monitor's own.

\`ack\` says that a person knows of a reason for a new model (performance, drift, target, calibration, age) and
wants none: it asks again when it is worse than in the last decision.

Each look is a line of .weir/monitor/journal.jsonl, and reports/monitor.html shows all months. Alerts go to the
log and to webhooks, each cause once. \`log\` tells the last look at each period.`

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
  reason: {
    type: 'string',
    value: 'TEXT',
    default: '',
    description: 'with ack: why, for the history',
  },
  json: { type: 'boolean', description: 'with --once: one JSON document of the looks on stdout' },
} as const

type Options = Given<typeof OPTIONS>['options']

/** Exit code 1 where a period failed or waits for a person. */
export const monitorCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  operands: { form: '[log | ack REASON]', least: 0, most: 2 },
  options: OPTIONS,
  notes: NOTES,
  examples: [
    'weir monitor --once',
    'weir monitor --every "0 6 * * *"',
    'weir monitor log',
    'weir monitor ack drift --reason "the new price list, as planned"',
    'WEIR_WEBHOOKS=https://hooks.slack.com/services/T/B/X weir monitor --once',
    `weir monitor --once --json | jq '.looks[].alerts'`,
  ],
  async run({ options, operands: [verb, ...operands] }, effects) {
    const settings = monitorSettings(await effects.params(), effects.env)
    if (verb === undefined) return watch(settings, options, effects)
    if (verb === 'log' && operands.length === 0) return tellLog(settings, options, effects)
    if (verb === 'ack' && operands.length === 1)
      return tellAcknowledged(settings, operands[0] ?? '', options, effects)
    throw usage(`weir monitor has no ${[verb, ...operands].join(' ')}`, 'it has log and ack REASON')
  },
}

/** Looks, once or by a schedule. */
async function watch(
  settings: MonitorSettings,
  options: Options,
  effects: Effects,
): Promise<number> {
  const { once, every, json } = options
  if (once === (every !== undefined))
    throw usage('weir monitor takes --once or --every', 'weir monitor --every "0 6 * * *"')
  if (every !== undefined && json)
    throw usage('--json goes with --once', 'a schedule has no end at which to print')
  const schedule = every === undefined ? undefined : scheduleOf(every)
  const places = await monitorPlaces(settings.root)
  const mutex = await holdMonitor(places, effects.signal)
  try {
    const { files, clock, signal, kill, env } = effects
    const project = await open(settings.root, { layout: { lock: places.lock }, env })
    const tell = teller(options, effects)
    const room = { project, settings, places, files, clock, signal, kill, tell }
    if (schedule) {
      await lookBy(schedule, () => lookOnce(room), room)
      return 0
    }
    const looks = await lookOnce(room)
    if (json) effects.stdout.write(`${JSON.stringify({ looks }, null, 2)}\n`)
    return exitCode(looks, effects)
  } finally {
    mutex.release()
  }
}

/** Acknowledges a reason, and says what follows. */
async function tellAcknowledged(
  settings: MonitorSettings,
  word: string,
  { reason, json }: Options,
  { files, clock, stdout, stderr }: Effects,
): Promise<number> {
  const done = await acknowledge(settings, word, reason, files, {
    now: clock.now,
    warn: (message) => void stderr.write(`warning: ${message}\n`),
  })
  const { cause, figure, period } = done
  const until =
    figure === null
      ? 'while this version is in Production'
      : `until it is worse than ${Number(figure.toFixed(4))}, its figure of ${period}`
  stdout.write(
    json ? `${JSON.stringify(done, null, 2)}\n` : `${cause} asks for no new model ${until}\n`,
  )
  return 0
}

/** Tells the last look at each period. */
async function tellLog(
  { root }: MonitorSettings,
  { json }: Options,
  { files, stdout, table }: Effects,
): Promise<number> {
  const looks = lastLooks(readLines((await monitorPlaces(root)).journal, files))
  if (json) {
    stdout.write(`${JSON.stringify({ looks }, null, 2)}\n`)
    return 0
  }
  const columns = ['period', 'outcome', 'action', 'candidate', 'Production', 'AUC', 'expected']
  const rows = looks.map(({ period, outcome, action, decision, production, performance }) =>
    [
      period,
      outcome,
      action,
      decision,
      production === null ? null : `v${production}`,
      performance?.auc?.value.toFixed(4),
      performance?.expected_auc?.value.toFixed(4),
    ].map((cell) => cell ?? '–'),
  )
  const text = table({ columns: columns.map((title) => ({ title })), rows }, stdout)
  stdout.write(
    looks.length === 0
      ? 'nothing was looked at yet: weir monitor --once\n'
      : `${text.join('\n')}\n`,
  )
  return 0
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}

/** People's lines: on stdout, or beside the document on stderr; by a schedule with their time. */
function teller({ json, every }: Options, { stdout, stderr, clock }: Effects) {
  const stream = json ? stderr : stdout
  const stamp = () => (every === undefined ? '' : `${clock.now().toISOString()} `)
  return (line: string): void => void stream.write(`${stamp()}${line}\n`)
}

function exitCode(looks: readonly Look[], { signal }: Effects): number {
  if (signal.aborted || looks.some(({ outcome }) => outcome === 'interrupted')) return 130
  return looks.every(({ outcome }) => outcome === 'done' || outcome === 'idle') ? 0 : 1
}
