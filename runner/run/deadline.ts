// How long a stage may take: its own timeout beside the run's signal.
import type { Stage } from '../config/model.ts'
import type { Problem } from '../problem.ts'

/** A signal that aborts when the run ends or the time is over. */
export interface Deadline {
  readonly signal: AbortSignal
  passed(): boolean
  clear(): void
}

/** The run's signal, or the stage's own timeout, whichever comes first. */
export function deadline(stage: Stage, signal: AbortSignal): Deadline {
  const timeout = new AbortController()
  const timer =
    stage.timeoutMs === undefined ? undefined : setTimeout(() => timeout.abort(), stage.timeoutMs)
  return {
    signal: AbortSignal.any([signal, timeout.signal]),
    passed: () => timeout.signal.aborted,
    clear: () => clearTimeout(timer),
  }
}

/** The problem of a stage whose time is over. */
export function timeoutProblem(stage: Stage): Problem {
  return {
    code: 'STAGE_TIMEOUT',
    message: `stage '${stage.name}' took longer than its timeout of ${(stage.timeoutMs ?? 0) / 1000} s and was stopped`,
    place: stage.place,
    hint: 'raise `timeout`, or make it faster',
  }
}
