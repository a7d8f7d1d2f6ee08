// `weir run`: brings the selected stages up to date and tells what happened to each and why.
import { nearest, type Problem, problemText } from '@weir/base'
import type { Foresight } from '../plan/look-ahead.ts'
import { isNoStage } from '../plan/select.ts'
import type { Warning } from '../plan/warnings.ts'
import type { Listener } from '../session/events.ts'
import type {
  Finished,
  RunControl,
  RunOutcome,
  RunRequest,
  Stuck,
  Unstarted,
} from '../session/run-request.ts'
import { reasonText } from '../store/reason.ts'
import { type Command, defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import type { Given } from './options.ts'
import { RUN_LINE, targetOf } from './run-options.ts'
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
import type { TextStream } from './streams.ts'

const ABOUT = `Brings the pipeline up to date: what changed runs, what ran before under the same key is restored from
the cache, the rest is left alone. With STAGE: only these and all that they depend on (as --until).`

type Options = Omit<Given<typeof RUN_LINE.options>['options'], 'inspect'> &
  ReturnType<typeof targetOf>

/** The command; with `commands`, their names, as it is implied by a command line that names none of them. */
export function runCommand(commands?: readonly string[]): Command<typeof RUN_LINE.options> {
  return defineCommand({
    ...RUN_LINE,
    about: ABOUT,
    notes:
      'Exit codes: 0 fine · 1 a stage failed · 2 configuration or command line wrong · 130 interrupted',
    run(given, effects) {
      const { inspect: _, ...plain } = given.options
      const options = { ...plain, ...targetOf(given) }
      const explained = explainWord(given.operands[0], commands)
      return options['dry-run']
        ? dryRun(effects, options, explained)
        : realRun(effects, options, explained)
    },
  })
}

/** Says what is wrong in view of the word that the command line begins with. */
type Explain = (problems: readonly Problem[]) => readonly Problem[]

function explainWord(word: string | undefined, commands: readonly string[] | undefined): Explain {
  const near = word === undefined || !commands ? undefined : nearest(word, commands)
  if (word === undefined || near === undefined) return (problems) => problems
  return (problems) =>
    problems.map((problem) =>
      problem.code === 'NO_PROJECT' || isNoStage(problem, word)
        ? unknownCommand(word, near, problem)
        : problem,
    )
}

function unknownCommand(word: string, near: string, { code, hint }: Problem): Problem {
  const stages = code === 'NO_PROJECT' ? 'there is no project here' : hint
  return {
    code: 'UNKNOWN_COMMAND',
    message: `'${word}' is neither a command nor a stage`,
    hint: `did you mean \`weir ${near}\`? of the stages: ${stages}`,
  }
}

async function dryRun(effects: Effects, options: Options, explain: Explain): Promise<number> {
  const { json, selection, set: settings, force } = options
  const { foresee } = await import('../plan/foresee.ts')
  const seen = await foresee({ selection, settings, force }, effects, effects.signal)
  if (!seen.ok) return refuse(effects, explain(seen.problems), json)
  const plan = seen.stages.map((stage) => ({ ...stage, would: wouldOf(stage) }))
  const ok = plan.every(({ state }) => state !== 'broken')
  if (json)
    sayJson(effects, {
      dry_run: true,
      stages: plan.map(({ name, would, reasons, problems }) => ({
        name,
        would,
        reasons: reasons.map(reasonText),
        ...problemsJson(problems),
      })),
      ok,
      ...warningsJson(seen.warnings),
    })
  else
    for (const { name, would, reasons } of plan)
      effects.stdout.write(`${name}: would ${would} (${reasonsLine(reasons)})\n`)
  sayNotes(effects, seen)
  if (effects.signal.aborted) return EXIT.interrupted
  if (ok) return EXIT.fine
  return options['keep-going'] ? EXIT.stageFailed : EXIT.usage
}

/**
 * With --keep-going a stage that cannot run fails and the stages after it are skipped; otherwise the run is refused.
 */
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

async function realRun(effects: Effects, options: Options, explain: Explain): Promise<number> {
  const { json } = options
  const people = json ? effects.stderr : effects.stdout
  const report = await reporterFor(people, effects.env)
  const warnings: Warning[] = []
  const listen: Listener = (event) => {
    if (event.kind === 'warning')
      warnings.push({ ...(event.stage && { stage: event.stage }), message: event.message })
    report.listen(event)
  }
  const outcome = await begin(requestOf(options), effects, listen, {
    behind: report.behind,
    async afterwards(finished) {
      report.end()
      await tellNotebook(finished, people)
    },
  }).finally(report.end)
  if (outcome.kind === 'unstarted') {
    people.write('interrupted: nothing was started\n')
    if (json) sayJson(effects, { stages: [], ok: false })
    return EXIT.interrupted
  }
  if (outcome.kind === 'stuck') {
    sayProblems(effects, outcome.problems, json)
    return EXIT.stageFailed
  }
  if (outcome.kind === 'refused') {
    const code = refuse(effects, explain(outcome.problems), json)
    if (options.set.length > 0) effects.stderr.write('params.yaml was not changed\n')
    return code
  }
  for (const problem of outcome.problems) effects.stderr.write(`${problemText(problem)}\n`)
  if (json) sayJson(effects, outcomeJson(outcome, warnings))
  if (outcome.interrupted) return EXIT.interrupted
  return outcome.ok ? EXIT.fine : EXIT.stageFailed
}

function requestOf(options: Options): RunRequest {
  const { selection, set: settings, jobs, force, 'keep-going': keepGoing, inspect } = options
  const command = commandText(options)
  return { command, selection, settings, jobs, force, keepGoing, ...(inspect && { inspect }) }
}

/** What a run needs is loaded only once there may be something to do. */
async function begin(
  request: RunRequest,
  effects: Effects,
  listen: Listener,
  control: RunControl,
): Promise<RunOutcome | Stuck | Unstarted> {
  const { startRun } = await import('../session/start-run.ts')
  const { signal, kill, clock, files } = effects
  return startRun(request, effects, listen, signal, { ...control, kill, clock, files })
}

/** Writes the notebook from the run's journal; that it cannot be written is said, and takes nothing from the run. */
async function tellNotebook({ workspace, lines }: Finished, people: TextStream): Promise<void> {
  try {
    const { writeNotebook } = await import('../session/write-notebook.ts')
    const place = await writeNotebook(workspace, lines)
    const because = place?.because === undefined ? '' : ` (${place.because})`
    if (place) people.write(`notebook: ${place.path}${because}\n`)
  } catch (error) {
    people.write(`warning: the notebook could not be written: ${(error as Error).message}\n`)
  }
}

function commandText({ selection, set, force, inspect }: Options): string {
  const flags = [
    ...selection.until.map((name) => `--until ${name}`),
    ...selection.from.map((name) => `--from ${name}`),
    ...selection.only.map((name) => `--only ${name}`),
    ...set.map((setting) => `-S ${setting}`),
    ...(force ? ['--force'] : []),
    ...(inspect ? [`--inspect ${inspect.stage}`] : []),
  ]
  return ['weir run', ...flags].join(' ')
}
