// A run that has nothing to do. It is a bundle of its own and is loaded first, so that an idle run loads one small file.
// For all else the whole program is loaded and starts again from the command line.
import type { RunEvent } from '../session/events.ts'
import { type IdleRun, repeatIdleRun } from '../session/idle.ts'
import type { Program } from './effects.ts'
import { asksHelp, type Given, readCommandLine } from './options.ts'
import { readPlugins } from './plugins.ts'
import { guardProcess } from './process-guard.ts'
import { RUN_LINE, targetOf } from './run-options.ts'
import { outcomeJson, reporterFor } from './run-report.ts'
import { sayJson } from './say.ts'
import { forgiveStreams } from './streams.ts'

type RunLine = Given<typeof RUN_LINE.options>

/** Reports a run that certainly has nothing to do; false if the command line is for the whole program. */
export function tellIdleRun(argv: readonly string[], program: Program): Promise<boolean> {
  return guardProcess(argv, () => tell(argv, program))
}

async function tell(argv: readonly string[], program: Program): Promise<boolean> {
  const line = runLine(argv)
  const found = line && (await findIdleRun(line, program))
  if (!found) return false
  const { json } = line.options
  const { stdout, stderr, env } = process
  forgiveStreams()
  const report = await reporterFor(json ? stderr : stdout, env)
  for (const event of found.events) report.listen(event)
  report.end()
  if (json) sayJson({ stdout }, outcomeJson(found.idle, []))
  return true
}

/** The command line of a run; undefined if another command is named, it asks for help or foresight, or is wrong. */
function runLine(argv: readonly string[]): RunLine | undefined {
  const words = argv[0] === 'run' ? argv.slice(1) : argv
  if (words === argv && argv[0]?.startsWith('-') === false) return undefined
  try {
    const line = readCommandLine('run', RUN_LINE, words)
    return asksHelp(words) || line.options['dry-run'] ? undefined : line
  } catch {
    return undefined
  }
}

async function findIdleRun(
  line: RunLine,
  program: Program,
): Promise<{ idle: IdleRun; events: RunEvent[] } | undefined> {
  const [cwd, { env }] = [process.cwd(), process]
  const { set: settings, force, jobs } = line.options
  const events: RunEvent[] = []
  try {
    const idle = await repeatIdleRun(
      { ...targetOf(line), settings, force, jobs },
      { cwd, env, ...program, schemes: readPlugins(cwd).references },
      (event) => events.push(event),
    )
    return idle && { idle, events }
  } catch {
    // The whole program meets the same error (a missing plugin, a refusal of the system) and reports it.
    return undefined
  }
}
