// `weir run`: brings the selected stages up to date and tells what happened to each and why.

import { type Problem, problemText } from '@weir/base/problem'
import { systemProblem } from '@weir/base/system-problem'
import type { Foresight } from '../plan/look-ahead.ts'
import type { Warning } from '../plan/warnings.ts'
import type { Listener } from '../session/events.ts'
import type { Finished, RunControl, RunOutcome, RunRequest } from '../session/run.ts'
import { reasonText } from '../store/reason.ts'
import { type Command, type CommandIo, EXIT, type TextStream } from './command.ts'
import { type Options, parseOptions, RUN_OPTIONS, selectionOf } from './options.ts'
import type { PlainReporter } from './plain.ts'
import { outcomeJson, reporterFor } from './run-report.ts'
import {
  problemsJson,
  reasonsLine,
  refuse,
  sayJson,
  sayNotes,
  sayProblems,
  warningsJson,
} from './say.ts'

const HELP = `weir run [STAGE…] [options]

Brings the pipeline up to date: what changed runs, what ran before under the same key is restored from
the cache, the rest is left alone. With STAGE: only these and all that they depend on (as --until).

  --until STAGE       this stage and all that it depends on
  --from STAGE        this stage and all that follows it
  --only STAGE        just this stage, whatever is stale before it
  -S, --set KEY=VALUE write a value into params.yaml (comments and layout are kept): once all is checked and
                      before the first stage starts; put back if a stage refuses that very value
  -f, --force         run every selected stage, fresh or not
  -n, --dry-run       say what would happen, do nothing (with -S: if it stood in params.yaml)
  -j, --jobs N        stages at a time (default: the number of processors)
  -k, --keep-going    after a failure go on with what does not depend on it; a stage that cannot run
                      (a missing file or param) fails, where else nothing is begun
  --json              one JSON document on stdout; people's text goes to stderr

Exit codes: 0 fine · 1 a stage failed · 2 configuration or command line wrong · 130 interrupted

Examples
  weir run --until promote
  weir run -S as_of=2024-02-29
  weir run -S train.learning_rate=0.01 --until compare
  weir run --dry-run --json
`

export const runCommand: Command = {
  name: 'run',
  summary: 'bring the pipeline up to date (the default command)',
  help: HELP,
  stopsItself: true,
  async run(argv, io) {
    const json = argv.includes('--json')
    const parsed = parseOptions(argv, RUN_OPTIONS)
    if (!parsed.ok) return refuse(io, [parsed.problem], json)
    return parsed.options.dryRun ? dryRun(io, parsed.options) : realRun(io, parsed.options)
  },
}

async function dryRun(io: CommandIo, options: Options): Promise<number> {
  const { foreseeSelected } = await import('./status.ts')
  const seen = await foreseeSelected(io, options)
  if ('problems' in seen) return refuse(io, seen.problems, options.json)
  const plan = seen.stages.map((stage) => ({ ...stage, would: wouldOf(stage) }))
  if (options.json)
    sayJson(io, {
      dry_run: true,
      stages: plan.map(({ name, would, reasons, problems }) => ({
        name,
        would,
        reasons: reasons.map(reasonText),
        ...problemsJson(problems),
      })),
      ok: plan.every(({ state }) => state !== 'broken'),
      ...warningsJson(seen.warnings),
    })
  else
    for (const { name, would, reasons } of plan)
      io.stdout.write(`${name}: would ${would} (${reasonsLine(reasons)})\n`)
  sayNotes(io, seen)
  return io.signal.aborted ? EXIT.interrupted : EXIT.fine
}

/** With --keep-going a stage that cannot run fails, and what follows it is skipped; without it neither is begun. */
function wouldOf({ state, problems }: Foresight): string {
  return state === 'broken' && !problems ? WOULD.skipped : WOULD[state]
}

const WOULD: Readonly<Record<Foresight['state'], string>> = {
  fresh: 'keep',
  stale: 'run',
  missing: 'run',
  restorable: 'restore',
  skipped: 'skip',
  broken: 'fail',
}

async function realRun(io: CommandIo, options: Options): Promise<number> {
  const people = options.json ? io.stderr : io.stdout
  const report = await reporterFor(people, io.surroundings.env)
  const startedAt = new Date()
  const warnings: Warning[] = []
  const listen: Listener = (event) => {
    if (event.kind === 'warning')
      warnings.push({ ...(event.stage && { stage: event.stage }), message: event.message })
    report.listen(event)
  }
  const outcome = await attempt(
    () =>
      begin(
        { ...options, selection: selectionOf(options), command: commandText(options) },
        io,
        listen,
        {
          behind: report.behind,
          async afterwards(finished) {
            report.end()
            await tellNotebook(finished, startedAt, options, people)
          },
        },
      ),
    report,
    io,
  )
  if (outcome === 'interrupted') {
    people.write('interrupted: nothing was started\n')
    if (options.json) sayJson(io, { stages: [], ok: false })
    return EXIT.interrupted
  }
  if (outcome.kind === 'stuck') {
    sayProblems(io, [outcome.problem], options.json)
    return EXIT.stageFailed
  }
  if (outcome.kind === 'refused') {
    const code = refuse(io, outcome.problems, options.json)
    if (options.settings.length > 0) io.stderr.write('params.yaml was not changed\n')
    return code
  }
  for (const problem of outcome.problems) io.stderr.write(`${problemText(problem)}\n`)
  if (options.json) sayJson(io, outcomeJson(outcome, warnings))
  if (outcome.interrupted) return EXIT.interrupted
  return outcome.ok ? EXIT.fine : EXIT.stageFailed
}

/** What a run needs is loaded only once there may be something to do. */
async function begin(
  request: RunRequest,
  { surroundings, signal, kill }: CommandIo,
  listen: Listener,
  control: RunControl,
): Promise<RunOutcome> {
  const { run } = await import('../session/run.ts')
  return run(request, surroundings, listen, signal, { ...control, kill })
}

/** A run that could not begin or go on: the system did not let it. */
interface Stuck {
  readonly kind: 'stuck'
  readonly problem: Problem
}

/** The outcome, also of a run that was interrupted before it began. The terminal is given back in any case. */
async function attempt(
  start: () => Promise<RunOutcome>,
  report: PlainReporter,
  io: CommandIo,
): Promise<RunOutcome | Stuck | 'interrupted'> {
  try {
    return await start()
  } catch (error) {
    if (io.signal.aborted) return 'interrupted'
    return { kind: 'stuck', problem: systemProblem(error) }
  } finally {
    report.end()
  }
}

/** Writes the notebook; that it cannot be written is said, and takes nothing from the run. */
async function tellNotebook(
  { workspace, results, ok }: Finished,
  startedAt: Date,
  options: Options,
  people: TextStream,
): Promise<void> {
  try {
    const run = { results, ok, command: commandText(options), startedAt, finishedAt: new Date() }
    const { writeNotebook } = await import('../session/notebook.ts')
    const place = await writeNotebook(workspace, run)
    const because = place?.because === undefined ? '' : ` (${place.because})`
    if (place) people.write(`notebook: ${place.path}${because}\n`)
  } catch (error) {
    people.write(`warning: the notebook could not be written: ${(error as Error).message}\n`)
  }
}

function commandText({ selection, settings, force, names }: Options): string {
  const flags = [
    ...names,
    ...selection.until.map((name) => `--until ${name}`),
    ...selection.from.map((name) => `--from ${name}`),
    ...selection.only.map((name) => `--only ${name}`),
    ...settings.map((setting) => `-S ${setting}`),
    ...(force ? ['--force'] : []),
  ]
  return ['weir run', ...flags].join(' ')
}
