// Carries a decision out for one stage: restores its outputs, or runs it, with as many attempts as it may have.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Problem } from '@weir/base'
import { systemProblem } from '@weir/base/files'
import type { Stage } from '../config/model.ts'
import type { Decision } from '../plan/decide.ts'
import type { Prepared } from '../plan/key.ts'
import type { LockEntry } from '../store/lock-file.ts'
import type { Reason } from '../store/reason.ts'
import { attemptOnce, type Failure } from './attempt.ts'
import { mutexLost } from './commit.ts'
import type { StageResult } from './events.ts'
import type { Execution } from './execution.ts'
import { keepAgain, restoreOutputs } from './outputs.ts'

const RETRY_MS = 500

/** Restores or runs a stage, whichever was decided. A restore that meets a corrupt object becomes a run. */
export async function carryOut(
  execution: Execution,
  stage: Stage,
  decision: Extract<Decision, { action: 'restore' | 'run' }>,
): Promise<Omit<StageResult, 'seconds'>> {
  const lost = mutexLost(execution, stage)
  if (lost) return { name: stage.name, outcome: 'failed', reasons: decision.reasons, problem: lost }
  if (decision.action === 'run')
    return runStage(execution, stage, decision.prepared, decision.reasons)
  const { workspace, scratch, signal } = execution
  const folder = scratch.stageFolder(stage.id)
  const failure = await restoreOutputs(workspace, stage, decision.entry.outs, folder, signal)
  if (!failure) {
    workspace.lock.set(stage.id, { ...decision.entry, ...modulesOf(decision.prepared) })
    return { name: stage.name, outcome: 'restored', reasons: decision.reasons }
  }
  workspace.runCache.forget(decision.entry.key)
  const reasons: Reason[] = [
    ...decision.reasons,
    ...(failure.kind === 'corrupt'
      ? [{ kind: 'cache_corrupt', digest: failure.digest } as const]
      : []),
  ]
  if (!stage.frozen) return runStage(execution, stage, decision.prepared, reasons)
  const problem: Problem = {
    code: 'CACHE_CORRUPT',
    message: `stage '${stage.name}' is frozen, and object ${failure.digest} of the cache is ${failure.kind}`,
    place: stage.place,
    hint: 'take `frozen` away to run it',
  }
  return { name: stage.name, outcome: 'failed', reasons, problem }
}

/** Adds missing objects of a fresh stage to the cache. A failure to write them is a warning; the stage stays fresh. */
export async function keepFresh(
  { workspace, listen }: Execution,
  stage: Stage,
  entry: LockEntry,
): Promise<void> {
  try {
    await keepAgain(workspace, stage, entry.outs)
  } catch (error) {
    const { message } = systemProblem(error)
    listen({
      kind: 'warning',
      stage: stage.name,
      message: `not put back into the cache: ${message}`,
    })
  }
}

function modulesOf({ modules }: Prepared): Pick<LockEntry, 'modules'> {
  return modules ? { modules } : {}
}

async function runStage(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
  reasons: readonly Reason[],
): Promise<Omit<StageResult, 'seconds'>> {
  const { workspace, listen } = execution
  listen({ kind: 'stage_started', stage: stage.name, reasons })
  workspace.lock.suspend(stage.id)
  let recorded = false
  try {
    const { inspect } = execution
    const tried = inspect?.stage === stage.name ? unhurried(stage) : stage
    const failure = await attempts(execution, tried, prepared)
    recorded = failure === undefined
    if (!failure) return { name: stage.name, outcome: 'ran', reasons }
    return { name: stage.name, outcome: 'failed', reasons, ...failure }
  } finally {
    // The old outputs are back in place, so the old entry is valid again.
    if (!recorded) workspace.lock.resume(stage.id)
  }
}

/** The stage for a debugger: one attempt, no time limit. */
function unhurried({ timeoutMs: _, ...stage }: Stage): Stage {
  return { ...stage, retries: 0 }
}

async function attempts(
  execution: Execution,
  stage: Stage,
  prepared: Prepared,
): Promise<Failure | undefined> {
  for (let attempt = 1; ; attempt++) {
    const failure = await attemptOnce(execution, stage, prepared, attempt)
    if (!failure) return undefined
    const again = attempt <= stage.retries && !execution.signal.aborted && execution.isHeld()
    if (!again) return failure
    const { problem } = failure
    execution.listen({
      kind: 'stage_retry',
      stage: stage.name,
      attempt,
      of: stage.retries,
      problem,
    })
    await sleep(RETRY_MS * attempt, undefined, { signal: execution.signal }).catch(() => undefined)
    if (execution.signal.aborted) return failure
  }
}
