// Starts a run for the command line or a program. Every expected failure is returned as a value.
import { systemProblem } from '@weir/base/files'
import type { Surroundings } from '../plan/workspace.ts'
import type { Listener } from './events.ts'
import { run } from './run.ts'
import type { RunControl, RunOutcome, RunRequest, Stuck, Unstarted } from './run-request.ts'

/** Runs the pipeline. @throws what is a bug, and nothing else */
export async function startRun(
  request: RunRequest,
  surroundings: Surroundings,
  listen: Listener,
  signal: AbortSignal,
  control: RunControl = {},
): Promise<RunOutcome | Stuck | Unstarted> {
  try {
    return await run(request, surroundings, listen, signal, control)
  } catch (error) {
    if (signal.aborted && endsWork(error)) return { ok: false, kind: 'unstarted' }
    return { ok: false, kind: 'stuck', problems: [systemProblem(error)] }
  }
}

/** True for the error of aborted work. Any other error is reported as itself, also after an abort. */
function endsWork(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'AbortError' || ('code' in error && error.code === 'INTERRUPTED')
}
