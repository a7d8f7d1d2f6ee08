// The process of a stage: what every one has of its run, whether it is a shell or a cell.

import type { Problem } from '@weir/base/problem'
import type { Stage } from '../config/model.ts'
import type { Execution } from '../session/execution.ts'
import { RUN_VARIABLE } from '../session/scratch.ts'
import type { StageLog } from '../session/stage-log.ts'
import { type ChildHandlers, type Ended, type Launch, runProcess, type Stops } from './process.ts'

/** What differs between the processes of stages. */
export interface StageLaunch extends Pick<Launch, 'command' | 'args' | 'channel'> {
  readonly log: StageLog
  readonly started?: ChildHandlers['started']
  /** Ends it besides the run. */
  readonly signal?: AbortSignal
}

/** Runs a process of a stage, noted while it runs: the next run stops it, should this one be killed. */
export async function runStageProcess(
  execution: Execution,
  stage: Stage,
  { command, args, channel, log, started, signal }: StageLaunch,
): Promise<Ended> {
  const { workspace, scratch, listen, behind, kill } = execution
  const env = stageEnvironment(execution, stage)
  let pid: number | undefined
  const ended = await runProcess(
    { command, args, channel, cwd: workspace.root, env },
    {
      output: log.output,
      warn: (message) => listen({ kind: 'warning', stage: stage.name, message }),
      behind,
      started(child) {
        pid = child.pid
        if (pid !== undefined) scratch.noteProcess(pid)
        started?.(child)
      },
    },
    { signal: anyOf(execution.signal, signal), kill },
  )
  if (pid !== undefined) scratch.forgetProcess(pid)
  return ended
}

function anyOf(run: AbortSignal, own: AbortSignal | undefined): Stops['signal'] {
  return own ? AbortSignal.any([run, own]) : run
}

/** The environment of a stage: the caller's, what the stage declares, and where it is. */
function stageEnvironment({ workspace, runId }: Execution, stage: Stage): NodeJS.ProcessEnv {
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
export function endProblem(stage: Stage, what: string, ended: Ended, signal: AbortSignal): Problem {
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
