// Makes what a run works with, once all is checked: its id, scratch space and journal, and the mask of its secrets.

import { diskFiles } from '@weir/base/files'
import type { Holder } from '@weir/base/mutex'
import { systemClock } from '@weir/base/process'
import { instanceOf } from '../config/instance.ts'
import type { ExecutorHost } from '../execute/executor.ts'
import { gitState } from '../execute/git.ts'
import { openLocalExecutor } from '../execute/local.ts'
import type { Workspace } from '../plan/workspace.ts'
import type { Listener } from './events.ts'
import type { Execution } from './execution.ts'
import { maskOf } from './mask.ts'
import { RUN_SCHEMA, type RunHead } from './run-events.ts'
import { newRunId } from './run-id.ts'
import { openRunJournal, type RunJournal } from './run-journal.ts'
import type { MutexControl, RunRequest } from './run-request.ts'
import { openScratch } from './scratch.ts'

/** Opens the execution of a run; its listener also notes each event in the journal. */
export function openExecution(
  { workspace, refused }: Pick<Execution, 'workspace' | 'refused'>,
  request: RunRequest,
  listen: Listener,
  signal: AbortSignal,
  control: MutexControl,
): { readonly execution: Execution; readonly journal: RunJournal } {
  const { kill = new AbortController().signal, behind = () => undefined, mutex } = control
  const { clock = systemClock, files = diskFiles } = control
  const { layout, surroundings, pipeline } = workspace
  const runId = newRunId(clock.now())
  const mask = maskOf(
    pipeline.stages.flatMap(({ secrets }) => secrets),
    surroundings.env,
  )
  const journal = openRunJournal({
    head: headOf(runId, request, workspace, mutex.holder),
    layout,
    files,
    clock,
    mask,
    keyOf: (stage) => workspace.lock.get(instanceOf(stage))?.key,
    git: (ended) => gitState(layout.root, ended),
    warn: (message) => listen({ kind: 'warning', message }),
  })
  const scratch = openScratch(layout, runId)
  const openExecutor = surroundings.executor ?? openLocalExecutor
  const execution: Execution = {
    workspace,
    scratch,
    executor: openExecutor(hostOf(workspace, scratch.folder)),
    runId,
    clock,
    listen(event) {
      journal.note(event)
      listen(event)
    },
    isHeld: mutex.isHeld,
    refused,
    ...(request.inspect && { inspect: request.inspect }),
    signal,
    kill,
    behind,
    mask,
  }
  return { execution, journal }
}

/** The first line of the run's journal. */
function headOf(
  run: string,
  { command }: RunRequest,
  { surroundings, pipeline }: Workspace,
  { host, pid }: Holder,
): RunHead {
  const { version, build } = surroundings
  return {
    kind: 'run',
    schema: RUN_SCHEMA,
    run,
    weir: version,
    program: build,
    node: process.version,
    host,
    pid,
    command,
    params: pipeline.params,
  }
}

/** What an executor is given of the run. */
function hostOf(workspace: Workspace, scratch: string): ExecutorHost {
  const { root, contents, objects, surroundings } = workspace
  const { env, cellHost } = surroundings
  return { root, scratch, env, cellHost, contents, objects }
}
