// `weir unlock`: who holds the mutexes of this project and its plugins, and the removal of one whose holder is gone.
import { relative } from 'node:path'
import { nearest } from '@weir/base'
import { type Found, lookAtMutex, removeMutex, type Taken, takenText } from '@weir/base/mutex'
import { layoutOf, STATE_FOLDER } from '../config/layout.ts'
import { findRoot } from '../config/root.ts'
import { type Command, defineCommand } from './command.ts'
import type { Ask, Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import { CommandFailure, usage } from './failure.ts'
import type { Given } from './options.ts'
import type { PluginMutexes } from './plugins.ts'
import { sayJson } from './say.ts'
import { JSON_OPTION } from './stage-options.ts'

/** What the command does, with a line for each mutex that can be named. */
function aboutText(plugins: Readonly<Record<string, string>>): string {
  const summaries = { [OWN]: `the mutex of runs (${STATE_FOLDER}/run.lock)`, ...plugins }
  const width = Math.max(...Object.keys(summaries).map((name) => name.length))
  const lines = Object.entries(summaries).map(
    ([name, summary]) => `  ${name.padEnd(width)}    ${summary}`,
  )
  return `${ABOUT}\n\n${lines.join('\n')}`
}

const ABOUT = `Shows who holds the mutex of this project's runs and the mutexes of its plugins, and since when. Weir itself
breaks a mutex only where it sees that its process is gone. It cannot see a process of another machine or
container, or of before a restart: whoever knows that such a one is gone removes its mutex here.`

const OPTIONS = {
  yes: {
    type: 'boolean',
    short: 'y',
    description:
      'remove what is held; without it a terminal asks, and elsewhere nothing is removed',
  },
  force: {
    type: 'boolean',
    short: 'f',
    description:
      'the same, also from a process that is seen at work: it may fail, and do its work again',
  },
  store: {
    type: 'string',
    value: 'DIR',
    description: 'folder where plugins look for their mutexes',
  },
  ...JSON_OPTION,
} as const

const OWN = 'run'

/** A mutex as it was found. */
interface Seen {
  readonly name: string
  /** As people see it, relative to where they are. */
  readonly shown: string
  readonly path: string
  readonly found: Found
}

/** One that is held, or cannot be read. */
type Held = Seen & { readonly found: Taken }

/** The command, for the mutex of runs and those of plugins. */
export function unlockCommand(plugins: PluginMutexes): Command<typeof OPTIONS> {
  const names = [OWN, ...Object.keys(plugins.mutexSummaries)]
  return defineCommand({
    about: aboutText(plugins.mutexSummaries),
    operands: { form: `[${names.join(' | ')}]`, least: 0, most: 1 },
    options: OPTIONS,
    notes:
      'Exit codes: 0 shown, or removed · 1 the holder is at work · 2 configuration or command line wrong',
    examples: [
      'weir unlock',
      'weir unlock run --yes',
      `weir unlock --json | jq '.locks[] | select(.state != "free")'`,
    ],
    run: (given, effects) => unlock(given, effects, plugins),
  })
}

async function unlock(
  { options, operands }: Given<typeof OPTIONS>,
  effects: Effects,
  plugins: PluginMutexes,
): Promise<number> {
  const { json, store } = options
  const { cwd, params } = effects
  const names = namesOf(operands, [OWN, ...Object.keys(plugins.mutexSummaries)])
  const own = layoutOf(findRoot(cwd) ?? cwd).mutex
  const place = { cwd, params, ...(store !== undefined && { store }) }
  const paths = { [OWN]: own, ...(await plugins.mutexes(place, names)) }
  const seen = Object.entries(paths)
    .filter(([name]) => names.includes(name))
    .map(([name, path]) => lookAt(name, path, cwd))
  const say = (text: string): void => void (json ? effects.stderr : effects.stdout).write(text)
  for (const mutex of seen) say(`${describe(mutex)}\n`)
  const removed = await decide(seen.filter(isHeld), options, json ? nobody : effects.ask, say)
  for (const { path, found, shown } of removed) {
    removeMutex(path, found)
    say(`${shown} is removed\n`)
  }
  if (json) sayJson(effects, documentOf(seen, removed))
  return EXIT.fine
}

const nobody: Ask = async () => null

/** The mutexes to remove. Throws MUTEX_HELD for a holder at work; then none is removed. */
async function decide(
  held: readonly Held[],
  { yes, force }: { readonly yes: boolean; readonly force: boolean },
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
    code: 'MUTEX_HELD',
    message: `${shown} is held by ${takenText(found)}, which is at work`,
    hint: 'wait for it, or stop it; --force removes the mutex all the same',
  }
  return new CommandFailure(problem, EXIT.stageFailed)
}

function namesOf([name]: readonly string[], known: readonly string[]): readonly string[] {
  if (name === undefined) return known
  if (known.includes(name)) return [name]
  const near = nearest(name, known)
  throw usage(
    `weir unlock has no ${name}`,
    near === undefined
      ? `name one of ${known.join(', ')}, or none for all`
      : `did you mean ${near}?`,
  )
}

function lookAt(name: string, path: string, cwd: string): Seen {
  return { name, path, shown: relative(cwd, path), found: lookAtMutex(path) }
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
  gone: 'its process is gone: who comes next takes the mutex over by itself',
  unknown: 'whether it is at work cannot be seen from here',
}

function describe({ shown, found }: Seen): string {
  const state = stateOf(found)
  if (found.kind === 'free' || state === 'free') return `${shown}: free`
  return `${shown}: ${takenText(found)}; ${MEANING[state]}`
}

/** The document of `--json`. Its key `locks` is older than the word mutex; docs/json.md promises it to scripts. */
function documentOf(seen: readonly Seen[], removed: readonly Held[]): object {
  const mutexes = seen.map((mutex) => {
    const { name, path, found } = mutex
    const holder = found.kind === 'held' ? found.holder : null
    return {
      name,
      path,
      state: stateOf(found),
      holder,
      removed: removed.some((it) => it === mutex),
    }
  })
  return { locks: mutexes, ok: true }
}
