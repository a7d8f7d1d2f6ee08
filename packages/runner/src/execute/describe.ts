// Describes cells that were not described before, in children of the runner: their modules are the user's code.
import { rmSync } from 'node:fs'
import type { Place, Problem } from '@weir/base/problem'
import { buildProblem, type CodeReader } from '../plan/code.ts'
import { bundleForDescription, type DescribeModule } from '../plan/description.ts'
import type { Workspace } from '../plan/workspace.ts'
import { throwIfStopped } from '../store/stopped.ts'
import { type DescribeJob, type DescribeMessage, wrongDescription } from './cell-message.ts'
import { cellHostCommand, openChannel } from './channel.ts'
import { type ChildHandlers, type Ended, type Output, runProcess, signalGroup } from './process.ts'

/** How long one cell may take to be loaded. */
const LIMIT_MS = 30_000
/** Characters of a child's output that are kept, for what it says last. */
const MOST_SAID = 1000

/** What describing needs of a workspace. */
type Describing = Pick<Workspace, 'root' | 'code' | 'pipeline' | 'surroundings'>

/** Why cells are not described. */
export interface Undescribed {
  readonly problems: Map<string, Problem>
  /** Files of those that took too long. */
  readonly hung: string[]
}

/** Loads each cell once, many in one child; gives by file why one cannot be loaded. */
export async function describeCells(
  workspace: Describing,
  files: readonly string[],
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<Undescribed> {
  const problems = new Map<string, Problem>()
  const hung: string[] = []
  const modules = await bundleCells(workspace.root, files, problems)
  try {
    // A child that one cell has ended takes the rest with it: they are described in another one.
    for (let at = 0; at < modules.length && !signal.aborted; at++) {
      const { done, why } = await describeBatch(workspace, modules.slice(at), signal, limitMs)
      at += done
      const failed = modules[at]
      if (!failed || !why) continue
      problems.set(failed.file, loadProblem(workspace.root, failed.file, why))
      if (why.hung) hung.push(failed.file)
    }
  } finally {
    for (const { path } of modules) rmSync(path, { force: true })
  }
  throwIfStopped(signal)
  return { problems, hung }
}

/** The modules to load; where the cells cannot be bundled at once, each that can be by itself. */
async function bundleCells(
  root: string,
  files: readonly string[],
  problems: Map<string, Problem>,
): Promise<DescribeModule[]> {
  try {
    return await bundleForDescription(root, files)
  } catch (error) {
    const [file] = files
    if (file !== undefined && files.length === 1) problems.set(file, buildProblem(file, error))
    if (files.length <= 1) return []
  }
  const each = await Promise.all(files.map((file) => bundleCells(root, [file], problems)))
  return each.flat()
}

/** Why a cell cannot be loaded. */
interface Why {
  readonly message: string
  readonly hung?: true
  readonly stack?: string
}

/** How far one child came: how many cells it described, and why it did not describe the next. */
interface Batch {
  readonly done: number
  readonly why?: Why
}

/** Describes cells in one child, until one ends it. */
async function describeBatch(
  workspace: Describing,
  modules: readonly DescribeModule[],
  signal: AbortSignal,
  limitMs: number,
): Promise<Batch> {
  const answers = takeAnswers(workspace.code, modules, limitMs)
  const launch = {
    ...cellHostCommand(workspace.surroundings),
    cwd: workspace.root,
    env: environment(workspace),
  }
  const output = keepEnd()
  let pid: number | undefined
  // A cell that never lets go of the processor would outlive a command that is ended there and then.
  const killChild = (): void => void signalGroup(pid, 'SIGKILL')
  process.once('exit', killChild)
  const handlers: ChildHandlers = {
    output: () => output,
    warn: () => undefined,
    started(child) {
      pid = child.pid
      openChannel(
        child,
        { kind: 'describe', runner: process.pid, modules } satisfies DescribeJob,
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
function takeAnswers(code: CodeReader, modules: readonly DescribeModule[], limitMs: number) {
  let [done, why]: [number, Why | undefined] = [0, undefined]
  const refused = new AbortController()
  const stop = (because: Why): void => {
    why ??= because
    refused.abort()
  }
  const refuse = (message: string): void => stop({ message })
  const tooLong: Why = { message: `it is not loaded after ${limitMs / 1000} s`, hung: true }
  const timer = setTimeout(() => stop(tooLong), limitMs)
  const take = (message: DescribeMessage): void => {
    if (message.kind === 'undescribed') {
      why ??= message
      return
    }
    code.describe(message.file, message.description)
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

/** Keeps the end of an output, for what a process says that breaks down; nothing else of it is shown. */
function keepEnd(): Output & { lastLine(): string } {
  let said = ''
  return {
    write(bytes) {
      said = (said + bytes).slice(-MOST_SAID)
      return undefined
    },
    end: () => undefined,
    lastLine: () => said.trim().split('\n').at(-1) ?? '',
  }
}

/** The caller's environment without secrets: what is remembered with the code must not depend on one, nor tell it. */
function environment({ root, pipeline, surroundings }: Describing): NodeJS.ProcessEnv {
  const secrets = new Set(pipeline.stages.flatMap((stage) => stage.secrets))
  const open = Object.entries(surroundings.env).filter(([name]) => !secrets.has(name))
  return { ...Object.fromEntries(open), WEIR_ROOT: root }
}

function endText({ code, signal, error }: Ended): string {
  if (error) return `its process could not be started: ${error.message}`
  if (signal) return `its process was killed by ${signal}`
  return code === 0
    ? 'it ended its process (process.exit, or a top-level await that nothing settles)'
    : `it ended its process with code ${code}`
}

function loadProblem(root: string, file: string, { message, stack }: Why): Problem {
  return {
    code: 'CODE_BROKEN',
    message: `${file} cannot be loaded: ${message}`,
    place: placeIn(root, file, stack),
    hint: 'its top-level statements run once for each state of its code, to learn its title and params; move work into run',
  }
}

/** The first place of the cell itself that a stack names. */
function placeIn(root: string, file: string, stack = ''): Place {
  const start = stack.indexOf(`${root}/${file}:`)
  const [, line, col] = start < 0 ? [] : (/:(\d+):(\d+)/.exec(stack.slice(start)) ?? [])
  return line === undefined ? { file } : { file, line: Number(line), col: Number(col) }
}
