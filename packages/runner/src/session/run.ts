// One run: takes the project's mutex, opens and checks the project, carries out its stages and records what happened.

import type { Problem } from '@weir/base'
import { diskFiles, systemProblem } from '@weir/base/files'
import { type Taken, takeMutex } from '@weir/base/mutex'
import { type Layout, LOCK_FILE, layoutOf, PARAMS_FILE } from '../config/layout.ts'
import { readSettings } from '../plan/settings.ts'
import { linkWarning, projectLayout, type Surroundings } from '../plan/workspace.ts'
import type { LockFile } from '../store/lock-file.ts'
import { sweepPacked } from '../store/packed-code.ts'
import { hideFromGit, sweepMemo } from '../store/state-folder.ts'
import { upgradeRuns } from '../store/upgrade-runs.ts'
import type { Listener, RunEvent, StageResult } from './events.ts'
import type { Execution } from './execution.ts'
import { openChecked } from './open-checked.ts'
import { openExecution } from './open-execution.ts'
import { putBackPersisted } from './persisted.ts'
import { rememberIdle } from './remember-idle.ts'
import type { Finished, MutexControl, RunControl, RunOutcome, RunRequest } from './run-request.ts'
import { type RunOptions, schedule } from './schedule.ts'
import { clearScratch } from './scratch.ts'
import { type ParamsWrite, prepareWrite } from './settings.ts'
import { sweepBeside, sweepState } from './sweep.ts'
import { sweepRuns } from './sweep-runs.ts'

/**
 * Runs the pipeline. What is wrong with the configuration, or with a selected stage before any starts, refuses the
 * run: then nothing was run and nothing written.
 */
export async function run(
  request: RunRequest,
  surroundings: Surroundings,
  listen: Listener,
  signal: AbortSignal,
  control: RunControl = {},
): Promise<RunOutcome> {
  const layout = projectLayout(surroundings)
  if ('code' in layout) return refusal([layout])
  const waiting = (taken: Taken): void => listen({ kind: 'waiting', taken })
  const mutex = await takeMutex(layout.mutex, { what: request.command, waiting, signal })
  try {
    clearAfterOthers(layout, mutex.afterCrash)
    const holding = { ...control, mutex }
    const outcome = await runUnderMutex(layout, request, surroundings, listen, signal, holding)
    if (outcome.kind === 'finished' && mutex.isHeld()) await control.afterwards?.(outcome)
    return outcome
  } finally {
    mutex.release()
  }
}

/** Stops and removes what runs that are no more have left. Call while holding the project's mutex. */
function clearAfterOthers(layout: Layout, afterCrash: boolean): void {
  const { root, state, lock, params, notebook } = layout
  clearScratch(layout, { afterCrash, putBack: (folder) => putBackPersisted(root, folder) })
  sweepState(state, afterCrash)
  sweepMemo(layout)
  if (afterCrash) for (const file of [lock, params, notebook]) sweepBeside(diskFiles.real(file))
}

function refusal(problems: readonly Problem[]): RunOutcome {
  return { ok: false, kind: 'refused', problems }
}

async function runUnderMutex(
  layout: Layout,
  request: RunRequest,
  surroundings: Surroundings,
  listen: Listener,
  signal: AbortSignal,
  control: MutexControl,
): Promise<RunOutcome> {
  const read = await readSettings(layout.params, request.settings)
  if (!read.ok) return refusal(read.problems)
  const checked = await openChecked(layout, request, surroundings, read.settings.overlay, signal)
  if (!checked.ok) return refusal(checked.problems)
  const { workspace } = checked
  const params = prepareWrite(layout.params, read.settings, request.keepParams)
  const stop = new AbortController()
  const ends = AbortSignal.any([signal, stop.signal])
  const { execution, journal } = openExecution(checked, request, listen, ends, control)
  try {
    const changed = params.write()
    if (changed) return refusal([changed])
    const ended = await runSelected(execution, { ...request, selected: checked.selected }, params)
    workspace.code.save()
    workspace.hasher.save()
    sweepPacked(layout, workspace.code.packedFiles())
    // Remembers an idle run only where a later start would find the same: not with settings that are in no file, and not
    // with another lock file. The check uses the hashes that were saved just above.
    const lasts = !request.keepParams && layout.lock === layoutOf(layout.root).lock
    if (ended.ok && lasts && !request.force)
      await rememberIdle(workspace, request.selection, ended.results)
    const interrupted = signal.aborted
    const { runId } = execution
    return { kind: 'finished', runId, workspace, ...ended, interrupted, lines: journal.lines() }
  } finally {
    // Also after a bug in this function no child process stays.
    stop.abort()
    workspace.code.save()
    workspace.hasher.save()
    execution.scratch.remove()
    journal.close()
    const { keep } = workspace.pipeline.runs
    if (journal.isWritten()) sweepRuns(layout, { own: execution.runId, keep }, control.files)
  }
}

/** Runs the stages, from the first event of the run to its last. */
async function runSelected(
  execution: Execution,
  options: RunOptions & Pick<RunRequest, 'settings'>,
  params: ParamsWrite,
): Promise<Pick<Finished, 'ok' | 'results' | 'problems' | 'seconds'>> {
  const { workspace, listen, signal, clock } = execution
  const started = clock.elapsed()
  listen({ kind: 'run_started', stages: options.selected, jobs: options.jobs })
  const unfollowed = linkWarning(workspace.pipeline.cache, process.getuid?.())
  if (unfollowed !== undefined) listen({ kind: 'warning', message: unfollowed })
  const { results, problems } = await recorded(execution, options, params)
  const failed = results.some((result) => result.outcome === 'failed') || problems.length > 0
  const ok = !failed && !signal.aborted
  if (!signal.aborted && params.putBack(results)) listen(putBackWarning(options.settings))
  const seconds = (clock.elapsed() - started) / 1000
  listen({ kind: 'run_ended', results, ok, seconds, problems })
  return { ok, results, problems, seconds }
}

/** Runs the stages, with the lock's journal begun before and ended after, whatever happens. */
async function recorded(
  execution: Execution,
  options: RunOptions,
  params: ParamsWrite,
): Promise<{ results: readonly StageResult[]; problems: readonly Problem[] }> {
  const { lock } = execution.workspace
  const problems: Problem[] = []
  begin(execution, params)
  try {
    return { results: await schedule(execution, options), problems }
  } finally {
    problems.push(...endLock(lock))
  }
}

/**
 * Prepares the files of the run itself (.gitignore, run cache, journal of the lock file). On failure params.yaml is
 * restored.
 */
function begin({ workspace, runId, isHeld }: Execution, params: ParamsWrite): void {
  try {
    hideFromGit(workspace.layout)
    upgradeRuns(workspace.layout.runCache, workspace.memo)
    workspace.lock.begin(runId, isHeld)
  } catch (error) {
    params.undo()
    throw error
  }
}

/** Writes the lock file; gives the problem if that fails. The results stay in its journal. */
function endLock(lock: LockFile): Problem[] {
  try {
    lock.end()
    return []
  } catch (error) {
    const problem = systemProblem(error)
    const message = `${LOCK_FILE} is not written, what ran is kept in the journal: ${problem.message}`
    return [{ ...problem, message }]
  }
}

function putBackWarning(settings: readonly string[]): RunEvent {
  const message = `${PARAMS_FILE} is as it was before, without -S ${settings.join(' -S ')}: a stage refused that value`
  return { kind: 'warning', message }
}
