// A run that has nothing to do. It is bundled by itself and loaded first, so that an idle run loads one small file; for
// all else the program is loaded, which begins anew: the two share nothing but the command line.
import type { RunEvent } from '../session/events.ts'
import { type IdleRun, repeatIdleRun } from '../session/idle.ts'
import type { Program } from './main.ts'
import { type Options, parseOptions, RUN_OPTIONS, selectionOf } from './options.ts'
import { readPlugins } from './plugins.ts'
import { outcomeJson, reporterFor } from './run-report.ts'
import { sayJson } from './say.ts'
import { forgiveStreams } from './streams.ts'

/** Tells a run that certainly has nothing to do; false if the command line is for the whole program. */
export async function tellIdleRun(argv: readonly string[], program: Program): Promise<boolean> {
  const options = runOptions(argv)
  if (!options || options.help || options.dryRun) return false
  const found = await findIdleRun(options, program)
  if (!found) return false
  const { stdout, stderr, env } = process
  forgiveStreams()
  const report = await reporterFor(options.json ? stderr : stdout, env)
  for (const event of found.events) report.listen(event)
  report.end()
  if (options.json) sayJson({ stdout }, outcomeJson(found.idle, []))
  return true
}

/** The options of a run; undefined if another command is named, or they are wrong. */
function runOptions(argv: readonly string[]): Options | undefined {
  const words = argv[0] === 'run' ? argv.slice(1) : argv
  if (words === argv && argv[0]?.startsWith('-') === false) return undefined
  const parsed = parseOptions(words, RUN_OPTIONS)
  return parsed.ok ? parsed.options : undefined
}

async function findIdleRun(
  options: Options,
  program: Program,
): Promise<{ idle: IdleRun; events: RunEvent[] } | undefined> {
  const [cwd, { env }] = [process.cwd(), process]
  const events: RunEvent[] = []
  try {
    const idle = await repeatIdleRun(
      { ...options, selection: selectionOf(options) },
      { cwd, env, ...program, schemes: readPlugins(cwd).references },
      (event) => events.push(event),
    )
    return idle && { idle, events }
  } catch {
    // The program meets it again (a plugin that is missing, what the system refuses), and tells it.
    return undefined
  }
}
