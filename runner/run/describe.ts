// Describes cells that were not described before, in children of the runner: their modules are the user's code.
import { rmSync } from 'node:fs'
import { buildProblem } from '../key/code.ts'
import { bundleForDescription } from '../key/description.ts'
import type { Place, Problem } from '../problem.ts'
import { type DescribeMessage, type DescribeModule, wrongDescription } from './cell-message.ts'
import { openChannel } from './channel.ts'
import { type Ended, runProcess } from './process.ts'
import type { Workspace } from './workspace.ts'

/** How long one cell may take to be loaded. */
const LIMIT_MS = 30_000
/** Lines of a child's output that a problem shows. */
const MOST_LINES = 5

/** A cell to describe: its file and its code's digest. */
export interface UnknownCell {
  readonly file: string
  readonly code: string
}

/** What describing needs of a workspace. */
type Describing = Pick<Workspace, 'root' | 'code' | 'surroundings'>

/** Loads each cell once, many in one child; gives by file why one cannot be loaded. */
export async function describeCells(
  workspace: Describing,
  cells: readonly UnknownCell[],
  signal: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<Map<string, Problem>> {
  const problems = new Map<string, Problem>()
  const modules: DescribeModule[] = []
  const bundle = async ({ file, code }: UnknownCell): Promise<void> => {
    try {
      modules.push({ file, path: await bundleForDescription(workspace.root, file, code) })
    } catch (error) {
      problems.set(file, buildProblem(file, error))
    }
  }
  await Promise.all(cells.map(bundle))
  try {
    // A child that one cell has ended takes the rest with it: they are described in another one.
    for (let at = 0; at < modules.length && !signal.aborted; at++) {
      const { done, why } = await describeBatch(workspace, modules.slice(at), signal, limitMs)
      at += done
      const failed = modules[at]
      if (failed && why) problems.set(failed.file, loadProblem(workspace.root, failed.file, why))
    }
  } finally {
    for (const { path } of modules) rmSync(path, { force: true })
  }
  signal.throwIfAborted()
  return problems
}

/** Why a cell cannot be loaded. */
interface Why {
  readonly message: string
  readonly stack?: string
}

/** Describes cells in one child, until one ends it; how many it has described, and why it did not describe the next. */
async function describeBatch(
  { root, code, surroundings }: Describing,
  modules: readonly DescribeModule[],
  signal: AbortSignal,
  limitMs: number,
): Promise<{ readonly done: number; readonly why?: Why }> {
  let [done, why]: [number, Why | undefined] = [0, undefined]
  const lines: string[] = []
  const stop = new AbortController()
  const stopFor = (message: string): void => {
    why ??= { message }
    stop.abort()
  }
  const timer = setTimeout(() => stopFor(`it is not loaded after ${limitMs / 1000} s`), limitMs)
  const take = (message: DescribeMessage): void => {
    if (message.kind === 'undescribed') {
      why ??= message
      return
    }
    code.describe(message.file, message.description)
    done++
    timer.refresh()
  }
  const hear = (value: unknown): void => {
    const wrong = wrongDescription(value, modules[done]?.file)
    if (wrong === undefined) take(value as DescribeMessage)
    else stopFor(wrong)
  }
  const launch = {
    command: process.execPath,
    args: ['--enable-source-maps', surroundings.cellHost],
    cwd: root,
    env: { ...surroundings.env, WEIR_ROOT: root },
    channel: true,
  }
  const ended = await runProcess(
    launch,
    {
      line: (line) => void (lines.push(line) > MOST_LINES && lines.shift()),
      started: (child) =>
        openChannel(child, { kind: 'describe', modules }, { message: hear, broken: stopFor }),
    },
    AbortSignal.any([signal, stop.signal]),
  )
  clearTimeout(timer)
  if (done === modules.length) return { done }
  return { done, why: why ?? { message: endText(ended), stack: lines.join('\n') } }
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
