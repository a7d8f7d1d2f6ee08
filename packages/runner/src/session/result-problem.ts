// The problem of a task that failed, and its result, both with secrets masked.
import type { Problem } from '@weir/base'
import { FULL_HINT } from '@weir/base/files'
import type { Stage } from '../config/model.ts'
import type { Result, TaskEnd } from '../execute/task.ts'
import { timeoutProblem } from './deadline.ts'
import type { Mask } from './mask.ts'

/** The problem of a stage whose task did not end well. */
export function resultProblem(stage: Stage, { ended }: Result): Problem | undefined {
  switch (ended.how) {
    case 'done':
      return undefined
    case 'timeout':
      return timeoutProblem(stage)
    case 'cancelled':
      return interrupted(stage)
    case 'error':
      return reported(stage, ended)
    default:
      return processProblem(stage, ended)
  }
}

function interrupted({ name, place }: Stage): Problem {
  return { code: 'INTERRUPTED', message: `stage '${name}' was interrupted`, place }
}

/** What a cell said itself. */
function reported(
  { name, place }: Stage,
  { how: _, where, place: thrown, message, ...rest }: TaskEnd & { readonly how: 'error' },
): Problem {
  return {
    ...rest,
    message: `stage '${name}': ${message}`,
    place: where === undefined ? (thrown ?? place) : { file: where },
  }
}

type ProcessEnd = TaskEnd & { readonly how: 'exit' | 'signal' | 'not_started' }

function processProblem({ name, command, place }: Stage, ended: ProcessEnd): Problem {
  const what = ended.line === undefined && command.kind === 'run' ? command.file : ended.line
  const message = `stage '${name}' failed: \`${firstLine(what ?? name)}\` ${endText(ended)}`
  if (ended.how !== 'not_started' && ended.full)
    return { code: 'DISK_FULL', message, place, hint: FULL_HINT }
  const hint = 'the last lines of its log are below; outputs from before are back in place'
  return { code: 'STAGE_FAILED', message, place, hint }
}

function endText(ended: ProcessEnd): string {
  if (ended.how === 'not_started') return `could not be started: ${ended.message}`
  if (ended.how === 'signal') return `was killed by ${ended.signal}`
  return ended.code === 0
    ? 'ended before it was finished (process.exit, or a promise that nothing settles)'
    : `exited with ${ended.code}`
}

/** A script by its first line. */
function firstLine(script: string): string {
  const end = script.indexOf('\n')
  return end < 0 ? script : `${script.slice(0, end)} …`
}

/** A result with what it shows masked. Why it failed is masked where it is told. */
export function withoutSecrets(result: Result, mask: Mask): Result {
  const { title, metrics, shown } = result
  try {
    return { ...result, ...mask({ metrics, shown, ...(title !== undefined && { title }) }) }
  } catch (error) {
    // What is nested too deep.
    const message = `what it shows cannot be searched for secrets: ${(error as Error).message}`
    return { ...result, ended: { how: 'error', code: 'CELL_MESSAGE', message } }
  }
}
