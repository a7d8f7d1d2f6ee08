// The door for programs: a project is opened, planned, run and read without the command line. What is expected to go
// wrong with the configuration or a stage is a value; `open` and `read` throw a CodedError. Nothing here writes to the
// process's streams, takes its signals or ends it.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CodedError } from '@weir/base'

export type { Digest, Place, Problem } from '@weir/base'

import { readPlugins } from '../commands/plugins.ts'
import { type LayoutOptions, layoutOf, PIPELINE_FILE } from '../config/layout.ts'
import type { Resolver, Surroundings } from '../plan/workspace.ts'
import { ownProgram } from './own-program.ts'
import { type PlanOptions, type PlanOutcome, planProject } from './plan-project.ts'
import { type Records, readRecords } from './records.ts'
import { type ProgramRun, type RunOptions, runProject } from './run-project.ts'

export {
  instanceFile,
  instanceOf,
  instanceText,
  type StageInstance,
} from '../config/instance.ts'
export type { LayoutOptions } from '../config/layout.ts'
export type {
  Capacity,
  Executor,
  ExecutorHost,
  OpenExecutor,
  OutputStream,
  Said,
  Status,
  TaskState,
} from '../execute/executor.ts'
export { openLocalExecutor } from '../execute/local.ts'
export type {
  Result,
  Task,
  TaskCode,
  TaskEnd,
  TaskId,
  TaskInput,
  TaskOutput,
  TaskVariable,
} from '../execute/task.ts'
export type { StageState } from '../plan/look-ahead.ts'
export type { Warning } from '../plan/warnings.ts'
export type { Resolver } from '../plan/workspace.ts'
export type { Block } from '../report/document.ts'
export type { MetricValue, Progress } from '../report/show.ts'
export type { Outcome, RunEvent, StageResult } from '../session/events.ts'
export type { RecordedRun, RecordedStage, RunResult } from '../session/recorded-run.ts'
export type { JournalLine } from '../session/run-events.ts'
export { type ContentStore, copyContents, type Stored } from '../store/content-store.ts'
export type { KeyDocument } from '../store/key-document.ts'
export type { LockEntry, RecordedOut } from '../store/lock-entry.ts'
export { copyObjects, type ObjectStore } from '../store/object-store.ts'
export { type Reason, reasonText } from '../store/reason.ts'
export type { Plan, PlannedStage, PlanOptions, PlanOutcome } from './plan-project.ts'
export type { Artefact, Records, StageRecord } from './records.ts'
export type { ProgramRun, RunOptions, Settings } from './run-project.ts'

/** Settings that differ from those of the command line. */
export interface OpenOptions {
  /** Folders of its state that are elsewhere: a workspace of its own, a cache that several share. */
  readonly layout?: LayoutOptions
  /** The environment of its stages; by default that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Resolvers by scheme, besides those of the project's plugins. */
  readonly references?: Readonly<Record<string, Resolver>>
}

/** An open project. It keeps no state: each call reads the files anew. */
export interface Project {
  /** Its folder, absolute. */
  readonly root: string
  /** The folder of its state, absolute: a program may keep what is its own in a folder there. */
  readonly state: string
  /** Says what a run would do, and why. */
  plan(options?: PlanOptions): Promise<PlanOutcome>
  /** Brings the pipeline up to date, as `weir run` does. It waits while another run is at work. */
  run(options?: RunOptions): Promise<ProgramRun>
  /**
   * What is recorded now: the lock, runs, logs, artefacts. Also where pipeline.yaml is broken.
   * @throws CodedError LOCK_DAMAGED, LOCK_FUTURE
   */
  read(): Records
}

/**
 * Opens the project in a folder, the one that has pipeline.yaml.
 * @throws CodedError NO_PROJECT; PLUGIN_MISSING, PLUGIN_INVALID, PLUGIN_CLASH for what package.json says of plugins;
 * FILE_UNWRITABLE in a checkout of the tool whose program can be kept nowhere
 */
export async function open(root: string, options: OpenOptions = {}): Promise<Project> {
  const folder = resolve(root)
  if (!existsSync(resolve(folder, PIPELINE_FILE)))
    throw new CodedError('NO_PROJECT', `there is no ${PIPELINE_FILE} in ${folder}`, {
      hint: 'name the folder of a project',
    })
  const { layout = {}, env = process.env, references = {} } = options
  const surroundings: Surroundings = {
    cwd: folder,
    layout,
    env: { ...env },
    ...(await ownProgram()),
    schemes: { ...readPlugins(folder).references, ...references },
  }
  return {
    root: folder,
    state: layoutOf(folder, layout).state,
    plan: (asked = {}) => planProject(surroundings, asked),
    run: (asked = {}) => runProject(surroundings, asked),
    read: () => readRecords(layoutOf(folder, layout)),
  }
}
