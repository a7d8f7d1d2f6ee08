// Describes cells in children of the runner, since their modules are the user's code: many in one child, each in its
// time.
import type { Place } from '@weir/base'
import { throwIfStopped } from '../store/stopped.ts'
import type {
  DescribedMessage,
  DescribeJob,
  DescribeMessage,
  DescribeModule,
} from './cell-message.ts'
import { wrongDescription } from './cell-message-form.ts'
import { cellHostCommand, openChannel } from './channel.ts'
import { type ChildHandlers, type Ended, type Output, runProcess, signalGroup } from './process.ts'

/** How long one cell may take to be loaded. */
const LIMIT_MS = 30_000
/** Characters of a child's output that are kept, for what it says last. */
const MOST_SAID = 1000

/** What the children are started with. */
export interface DescribeHost {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  readonly cellHost: string
}

/** How cells are to be described. */
export interface Describing {
  /** Takes each description as it comes. */
  described(message: DescribedMessage): void
  readonly signal: AbortSignal
  /** How long one cell may take. */
  readonly limitMs?: number
}

/** Why a cell is not described. */
export interface Undescribed {
  readonly message: string
  readonly place?: Place
  /** It took too long. */
  readonly hung?: true
}

/** Loads each module once, many in one child; gives by file why one cannot be loaded. */
export async function describeModules(
  host: DescribeHost,
  modules: readonly DescribeModule[],
  describing: Describing,
): Promise<Map<string, Undescribed>> {
  const failed = new Map<string, Undescribed>()
  const { signal } = describing
  // If a cell ends its child, the remaining cells are described in another child.
  for (let at = 0; at < modules.length && !signal.aborted; at++) {
    const { done, why } = await describeBatch(host, modules.slice(at), describing)
    at += done
    const next = modules[at]
    if (next && why) failed.set(next.file, why)
  }
  throwIfStopped(signal)
  return failed
}

/** How far one child came: how many cells it described, and why it did not describe the next. */
interface Batch {
  readonly done: number
  readonly why?: Undescribed
}

/** Describes cells in one child, until one ends it. */
async function describeBatch(
  { root, env, cellHost }: DescribeHost,
  modules: readonly DescribeModule[],
  describing: Describing,
): Promise<Batch> {
  const { signal } = describing
  const answers = takeAnswers(modules, describing)
  const launch = { ...cellHostCommand({ cellHost }), cwd: root, env }
  const output = keepEnd()
  let pid: number | undefined
  // A cell in an endless loop would survive a command that is killed.
  const killChild = (): void => void signalGroup(pid, 'SIGKILL')
  process.once('exit', killChild)
  const handlers: ChildHandlers = {
    output: () => output,
    warn: () => undefined,
    started(child) {
      pid = child.pid
      openChannel(
        child,
        { kind: 'describe', runner: process.pid, root, modules } satisfies DescribeJob,
        answers,
      )
    },
  }
  const stops = { signal: AbortSignal.any([signal, answers.refused]), kill: signal }
  try {
    return answers.end(await runProcess(launch, handlers, stops), output.lastLine())
  } finally {
    process.off('exit', killChild)
    answers.clear()
  }
}

/** Takes the answers of one child, each of which has its time. */
function takeAnswers(
  modules: readonly DescribeModule[],
  { described, limitMs = LIMIT_MS }: Describing,
) {
  let [done, why]: [number, Undescribed | undefined] = [0, undefined]
  const refused = new AbortController()
  const stop = (because: Undescribed): void => {
    why ??= because
    refused.abort()
  }
  const refuse = (message: string): void => stop({ message })
  const tooLong: Undescribed = { message: `it is not loaded after ${limitMs / 1000} s`, hung: true }
  const timer = setTimeout(() => stop(tooLong), limitMs)
  const take = (message: DescribeMessage): void => {
    if (message.kind === 'undescribed') {
      why ??= message
      return
    }
    described(message)
    done++
    timer.refresh()
  }
  return {
    message(value: unknown): void {
      const wrong = wrongDescription(value, modules[done]?.file)
      if (wrong === undefined) take(value as DescribeMessage)
      else refuse(wrong)
    },
    broken: refuse,
    /** Aborts when the child is to be stopped. */
    refused: refused.signal,
    clear: () => clearTimeout(timer),
    end(ended: Ended, lastLine: string): Batch {
      if (done === modules.length) return { done }
      const message = lastLine === '' ? endText(ended) : `${endText(ended)}: ${lastLine}`
      return { done, why: why ?? { message } }
    },
  }
}

/** Keeps the end of an output, to show the last line of a process that crashed. */
function keepEnd(): Output & { lastLine(): string } {
  let said = ''
  return {
    write(bytes) {
      said = (said + bytes).slice(-MOST_SAID)
      return undefined
    },
    end: () => undefined,
    lastLine: () => said.trim().replace(/^.*\n/s, ''),
  }
}

function endText({ code, signal, error }: Ended): string {
  if (error) return `its process could not be started: ${error.message}`
  if (signal) return `its process was killed by ${signal}`
  return code === 0
    ? 'it ended its process (process.exit, or a top-level await that nothing settles)'
    : `it ended its process with code ${code}`
}
