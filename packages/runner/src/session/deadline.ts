// How long a stage may take: its own timeout beside the run's signal.

import type { Problem } from '@weir/base/problem'
import type { Stage } from '../config/model.ts'

/** A timer takes no longer time: it would go off at once. */
const LONGEST_MS = 2 ** 31 - 1

/** A signal that aborts when the run ends or the time is over. */
export interface Deadline {
  readonly signal: AbortSignal
  passed(): boolean
  clear(): void
}

/** The run's signal, or the stage's own timeout, whichever comes first. */
export function deadline(stage: Stage, signal: AbortSignal): Deadline {
  const { timeoutMs } = stage
  // Most stages have none, and a signal made of others stays in their memory until the run ends.
  if (timeoutMs === undefined) return { signal, passed: () => false, clear: () => undefined }
  const timeout = new AbortController()
  return {
    signal: AbortSignal.any([signal, timeout.signal]),
    passed: () => timeout.signal.aborted,
    clear: after(timeoutMs, () => timeout.abort()),
  }
}

/** Calls once a time has passed, however long; gives the way to call it off. */
export function after(milliseconds: number, call: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (left: number): void => {
    const now = Math.min(left, LONGEST_MS)
    timer = setTimeout(() => (left > now ? wait(left - now) : call()), now)
  }
  wait(milliseconds)
  return () => clearTimeout(timer)
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
