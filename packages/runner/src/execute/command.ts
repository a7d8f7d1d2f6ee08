// Runs a shell stage: each of its commands in a shell of its own, the first failure stops.

import { FULL_HINT, isFull } from '@weir/base/system-problem'
import type { Stage } from '../config/model.ts'
import type { Attempt, Execution } from '../session/execution.ts'
import { readMetrics } from '../session/metrics.ts'
import type { StageLog } from '../session/stage-log.ts'
import { endProblem, runStageProcess } from './stage-process.ts'

const SHELL = '/bin/sh'

/** Runs the commands of a shell stage in the project's folder. */
export async function runCommand(
  execution: Execution,
  stage: Stage,
  log: StageLog,
): Promise<Attempt> {
  const { workspace, signal } = execution
  const lines = stage.command.kind === 'cmd' ? stage.command.lines : []
  for (const line of lines) {
    for (const written of line.split('\n')) log.line(`> ${written}`)
    const launch = { command: SHELL, args: ['-c', line], channel: false, log }
    const ended = await runStageProcess(execution, stage, launch)
    if (ended.code !== 0) {
      const problem = endProblem(stage, firstLine(line), ended, signal)
      const full = !signal.aborted && isFull(workspace.root)
      return {
        ok: false,
        problem: full ? { ...problem, code: 'DISK_FULL', hint: FULL_HINT } : problem,
      }
    }
  }
  const metrics = await readMetrics(workspace.root, stage)
  return { ok: true, record: { title: stage.desc ?? stage.name, metrics, shown: [] } }
}

/** A script by its first line. */
function firstLine(script: string): string {
  const end = script.indexOf('\n')
  return end < 0 ? script : `${script.slice(0, end)} …`
}
