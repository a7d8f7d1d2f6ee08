// `weir unlock`: who holds the locks of this project and its plugins, and the removal of one whose holder is gone.
import { relative } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { takenText } from '@weir/base/holder-text'
import { type Found, lookAtMutex, removeMutex, type Taken } from '@weir/base/mutex-folder'
import { systemProblem } from '@weir/base/system-problem'
import { layoutOf, STATE_FOLDER } from '../config/layout.ts'
import { findRoot } from '../config/root.ts'
import { EXIT } from './command.ts'
import { type CliIo, CommandFailure, didYouMean, guarded, usage } from './failure.ts'
import type { Plugins } from './plugins.ts'

const UNLOCK_HELP = `weir unlock [run | registry] [--yes] [--force] [--json]

Shows who holds the lock of this project's runs and the lock of its registry, and since when. Weir itself
breaks a lock only where it sees that its process is gone. It cannot see a process of another machine or
container, or of before a restart: whoever knows that such a one is gone removes its lock here.

  run         only the lock of runs (${STATE_FOLDER}/run.lock)
  registry    only the lock of the registry (journal.lock in promote.store of params.yaml, else models)

  --yes        remove what is held; without it a terminal asks, and elsewhere nothing is removed
  --force      the same, also from a process that is seen at work: it may fail, and do its work again
  --store DIR  folder of the registry
  --json       one JSON document on stdout

Exit codes: 0 shown, or removed · 1 the holder is at work · 2 configuration or command line wrong

Examples
  weir unlock
  weir unlock run --yes
  weir unlock --json | jq '.locks[] | select(.state != "free")'
`

const OPTIONS = {
  yes: { type: 'boolean', short: 'y' },
  force: { type: 'boolean', short: 'f' },
  store: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** The mutexes that plugins take. */
export type PluginMutexes = Pick<Plugins, 'mutexes' | 'mutexNames'>

const OWN = 'run'

/** A lock as it was found. */
interface Seen {
  readonly name: string
  /** As people see it, relative to where they are. */
  readonly shown: string
  readonly path: string
  readonly found: Found
}

/** One that is held, or cannot be read. */
type Held = Seen & { readonly found: Taken }

/** Asks a yes-or-no question; null where nobody can answer. */
export type Ask = (question: string) => Promise<boolean | null>

/** Carries out one `weir unlock` command line; resolves to the exit code. */
export async function unlockCommand(
  argv: readonly string[],
  io: CliIo,
  plugins: PluginMutexes,
  ask: Ask = askOnTerminal,
): Promise<number> {
  const json = argv.includes('--json')
  return guarded(io, json, async () => {
    const parsed = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    const { values, positionals } = parsed
    if (values.help) {
      io.stdout.write(UNLOCK_HELP)
      return EXIT.fine
    }
    const names = namesOf(positionals, [OWN, ...plugins.mutexNames])
    const own = layoutOf(findRoot(io.cwd) ?? io.cwd).mutex
    const place = { cwd: io.cwd, ...(values.store !== undefined && { store: values.store }) }
    const paths = { [OWN]: own, ...(await plugins.mutexes(place, names)) }
    const seen = Object.entries(paths)
      .filter(([name]) => names.includes(name))
      .map(([name, path]) => onDisk(() => lookAt(name, path, io.cwd)))
    const say = (text: string): void => void (json ? io.stderr : io.stdout).write(text)
    for (const lock of seen) say(`${describe(lock)}\n`)
    const removed = await decide(seen.filter(isHeld), values, json ? nobody : ask, say)
    for (const { path, found, shown } of removed) {
      onDisk(() => removeMutex(path, found))
      say(`${shown} is removed\n`)
    }
    if (json) io.stdout.write(`${JSON.stringify(documentOf(seen, removed), null, 2)}\n`)
    return EXIT.fine
  })
}

const nobody: Ask = async () => null

/** The locks to remove. Throws MUTEX_HELD for a holder at work; then none is removed. */
async function decide(
  held: readonly Held[],
  { yes = false, force = false }: { yes?: boolean; force?: boolean },
  ask: Ask,
  say: (text: string) => void,
): Promise<readonly Held[]> {
  const atWork = held.find(({ found }) => stateOf(found) === 'alive')
  if (held.length === 0 || force) return held
  if (yes && atWork) throw refusal(atWork)
  if (yes) return held
  if (atWork) return []
  const answer = await ask('Is nobody at work under it? Then it may be removed. Remove? [y/N] ')
  if (answer === null) say('weir unlock --yes removes it, if you know that its holder is gone\n')
  return answer ? held : []
}

function refusal({ shown, found }: Held): CommandFailure {
  const problem = {
    code: 'MUTEX_HELD' as const,
    message: `${shown} is held by ${takenText(found)}, which is at work`,
    hint: 'wait for it, or stop it; --force removes the lock all the same',
  }
  return new CommandFailure(problem, EXIT.stageFailed)
}

function namesOf(operands: readonly string[], known: readonly string[]): readonly string[] {
  const [operand, more] = operands
  if (operand === undefined) return known
  if (!known.includes(operand) || more !== undefined)
    throw usage(
      `weir unlock has no ${more ?? operand}`,
      didYouMean(more ?? operand, known, `name one of ${known.join(', ')}, or none for all`),
    )
  return [operand]
}

function lookAt(name: string, path: string, cwd: string): Seen {
  return { name, path, shown: relative(cwd, path), found: lookAtMutex(path) }
}

/** Does what the system may refuse. */
function onDisk<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    throw new CommandFailure(systemProblem(error), EXIT.stageFailed)
  }
}

function isHeld(seen: Seen): seen is Held {
  return seen.found.kind !== 'free'
}

type State = 'free' | 'damaged' | 'alive' | 'gone' | 'unknown'

function stateOf(found: Found): State {
  return found.kind === 'held' ? found.life : found.kind
}

const MEANING: Readonly<Record<Exclude<State, 'free'>, string>> = {
  damaged: 'a crash of the machine or an editor has left it so',
  alive: 'it is at work here',
  gone: 'its process is gone: who comes next takes the lock over by itself',
  unknown: 'whether it is at work cannot be seen from here',
}

function describe({ shown, found }: Seen): string {
  const state = stateOf(found)
  if (found.kind === 'free' || state === 'free') return `${shown}: free`
  return `${shown}: ${takenText(found)}; ${MEANING[state]}`
}

function documentOf(seen: readonly Seen[], removed: readonly Held[]): object {
  const locks = seen.map((lock) => {
    const { name, path, found } = lock
    const holder = found.kind === 'held' ? found.holder : null
    return { name, path, state: stateOf(found), holder, removed: removed.some((it) => it === lock) }
  })
  return { locks, ok: true }
}

async function askOnTerminal(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const gone = new AbortController()
  // Ctrl-C and Ctrl-D close it; the question alone would wait on.
  terminal.once('close', () => gone.abort())
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: gone.signal })).trim())
  } catch (error) {
    if (gone.signal.aborted) return false
    throw error
  } finally {
    terminal.close()
  }
}
