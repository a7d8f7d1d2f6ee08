// Runs a shell stage: each of its commands in a shell of its own, the first failure stops.
import type { Stage } from '../config/model.ts'
import type { Attempt, Execution } from './execution.ts'
import { readMetrics } from './metrics.ts'
import { type Ended, runProcess } from './process.ts'
import { RUN_VARIABLE } from './scratch.ts'
import type { StageLog } from './stage-log.ts'
import { FULL_HINT, isFull } from './system-problem.ts'

const SHELL = '/bin/sh'

/** Runs the commands of a shell stage in the project's folder. */
export async function runCommand(
  execution: Execution,
  stage: Stage,
  log: StageLog,
): Promise<Attempt> {
  const { workspace, scratch, signal, kill, behind } = execution
  const lines = stage.command.kind === 'cmd' ? stage.command.lines : []
  for (const line of lines) {
    for (const written of line.split('\n')) log.line(`> ${written}`)
    const launch = {
      command: SHELL,
      args: ['-c', line],
      cwd: workspace.root,
      env: stageEnvironment(execution, stage),
      channel: false,
    }
    let pid: number | undefined
    const ended = await runProcess(
      launch,
      {
        output: log.output,
        warn: warner(execution, stage),
        behind,
        started(child) {
          pid = child.pid
          if (pid !== undefined) scratch.noteProcess(pid)
        },
      },
      { signal, kill },
    )
    if (pid !== undefined) scratch.forgetProcess(pid)
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

/** Tells of what went wrong beside a stage's own work. */
export function warner({ listen }: Execution, stage: Stage): (message: string) => void {
  return (message) => listen({ kind: 'warning', stage: stage.name, message })
}

/** The environment of a stage: the caller's, what the stage declares, and where it is. */
export function stageEnvironment(execution: Execution, stage: Stage): NodeJS.ProcessEnv {
  const { workspace, runId } = execution
  const declared = Object.entries(stage.env).filter(([, value]) => value !== null)
  return {
    ...workspace.surroundings.env,
    ...(Object.fromEntries(declared) as Record<string, string>),
    WEIR_ROOT: workspace.root,
    WEIR_STAGE: stage.name,
    [RUN_VARIABLE]: runId,
  }
}

/** Why a process that ended was not a success. */
export function endProblem(
  stage: Stage,
  what: string,
  ended: Ended,
  signal: AbortSignal,
): Extract<Attempt, { ok: false }>['problem'] {
  if (signal.aborted)
    return {
      code: 'INTERRUPTED',
      message: `stage '${stage.name}' was interrupted`,
      place: stage.place,
    }
  const how = ended.error
    ? `could not be started: ${ended.error.message}`
    : ended.signal
      ? `was killed by ${ended.signal}`
      : ended.code === 0
        ? 'ended before it was finished (process.exit, or a promise that nothing settles)'
        : `exited with ${ended.code}`
  return {
    code: 'STAGE_FAILED',
    message: `stage '${stage.name}' failed: \`${what}\` ${how}`,
    place: stage.place,
    hint: 'the last lines of its log are below; outputs from before are back in place',
  }
}
