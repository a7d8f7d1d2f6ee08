// Runs the commands of a task, each in a shell of its own; the first failure stops.
import { isFull } from '@weir/base/files'
import type { TaskEnd } from './task.ts'
import { failedEnd, type Outcome, runTaskProcess, type TaskContext } from './task-process.ts'

const SHELL = '/bin/sh'

export async function runCommands(
  context: TaskContext,
  lines: readonly string[],
): Promise<Outcome> {
  for (const line of lines) {
    for (const text of line.split('\n')) context.said.push({ kind: 'line', text: `> ${text}` })
    const launch = { command: SHELL, args: ['-c', line], channel: false }
    const ended = await runTaskProcess(context, launch)
    if (ended.code !== 0) return without(failedCommand(failedEnd(ended, line), context))
  }
  return without({ how: 'done' })
}

/** A command reports no cause of its failure; if the disk is full, that is the likeliest. */
function failedCommand(end: TaskEnd, { task, stops }: TaskContext): TaskEnd {
  if (end.how !== 'exit' && end.how !== 'signal') return end
  return !stops.signal.aborted && isFull(task.folder) ? { ...end, full: true } : end
}

/** What commands tell of themselves: nothing but how they ended. */
function without(ended: TaskEnd): Outcome {
  return { ended, metrics: {}, shown: [] }
}
