// How long an attempt may take. The clock stands still while an executor has the task, which keeps the limit itself:
// a task that waits for its turn does not use up its time.
import type { Problem } from '@weir/base'
import type { Stage } from '../config/model.ts'
import { after } from '../execute/after.ts'

/** A signal that aborts when the run ends or the time is over. */
export interface Deadline {
  readonly signal: AbortSignal
  passed(): boolean
  /** Stops the clock; gives the milliseconds that are left, undefined where there is no end. */
  pause(): number | undefined
  /** Sets it going again, less the time that the task took. */
  resume(spentMs: number): void
  clear(): void
}

/** Begins the time of an attempt at a stage. */
export function deadline({ timeoutMs }: Pick<Stage, 'timeoutMs'>, signal: AbortSignal): Deadline {
  // Most stages have no time limit, and a combined signal would stay in memory until the run ends.
  if (timeoutMs === undefined) return endless(signal)
  const timeout = new AbortController()
  let left = timeoutMs
  let [since, clear] = [0, (): void => undefined]
  const start = (): void => {
    since = performance.now()
    clear = after(left, () => timeout.abort())
  }
  start()
  return {
    signal: AbortSignal.any([signal, timeout.signal]),
    passed: () => timeout.signal.aborted,
    pause() {
      clear()
      left -= performance.now() - since
      return Math.max(1, left)
    },
    resume(spentMs) {
      left -= spentMs
      if (left > 0) start()
      else timeout.abort()
    },
    clear: () => clear(),
  }
}

function endless(signal: AbortSignal): Deadline {
  const nothing = (): undefined => undefined
  return { signal, passed: () => false, pause: nothing, resume: nothing, clear: nothing }
}

/** The problem of a stage whose time is over. */
export function timeoutProblem({ name, timeoutMs = 0, place }: Stage): Problem {
  return {
    code: 'STAGE_TIMEOUT',
    message: `stage '${name}' took longer than its timeout of ${timeoutMs / 1000} s and was stopped`,
    place,
    hint: 'raise `timeout`, or make it faster',
  }
}
