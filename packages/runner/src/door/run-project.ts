// `run` of the door for programs: a run with what a program gives it, and what it came to as data.
import { availableParallelism } from 'node:os'
import type { Problem } from '@weir/base'
import type { OpenExecutor } from '../execute/executor.ts'
import type { Selection } from '../plan/select.ts'
import type { Warning } from '../plan/warnings.ts'
import type { Surroundings } from '../plan/workspace.ts'
import type { Listener, RunEvent, StageResult } from '../session/events.ts'
import type { Finished, Stuck, Unstarted } from '../session/run-request.ts'

/** Values by the dotted keys of params.yaml, as `-S KEY=VALUE` has them: a text stands there as it is. */
export type Settings = Readonly<Record<string, unknown>>

/** Which stages are meant: none of these is the whole pipeline. */
export interface Targets {
  /** These and all that they depend on. */
  readonly until?: readonly string[]
  /** These and all that follows them. */
  readonly from?: readonly string[]
  /** Just these, whatever is stale before them. */
  readonly only?: readonly string[]
}

/** How a run is made; nothing said: as `weir run` without options. */
export interface RunOptions extends Targets {
  /** Written into params.yaml once all is checked, and put back where a stage refuses one. */
  readonly settings?: Settings
  /** The settings hold for this run alone: params.yaml stays as it is. */
  readonly keepParams?: boolean
  /** Stages at a time; by default the number of processors. */
  readonly jobs?: number
  /** Runs every selected stage, fresh or not. */
  readonly force?: boolean
  /** Goes on after a failure with what does not depend on it. */
  readonly keepGoing?: boolean
  /** What runs the tasks of stages; by default processes of this machine. */
  readonly executor?: OpenExecutor
  /** Stops the run: each stage has a few seconds to end. */
  readonly signal?: AbortSignal
  /** Ends at once what is being stopped. */
  readonly kill?: AbortSignal
  /** Takes what happens as it happens. What it throws is thrown into the run. */
  readonly onEvent?: (event: RunEvent) => void
  /** False: the page of the run is not written. */
  readonly notebook?: boolean
  /** The name of this run in the list of runs, and in the messages of runs that wait for it. */
  readonly command?: string
}

/** What a run came to. */
export type ProgramRun =
  /** Aborted before it began: nothing was written. */
  | Unstarted
  /** An error of the system kept it from starting or going on. */
  | Stuck
  /** The configuration or a selected stage is wrong: nothing was run and nothing written. */
  | { readonly ok: false; readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'finished'
      /** All selected stages are up to date or skipped by their condition. */
      readonly ok: boolean
      readonly interrupted: boolean
      /** Its id, as in the list of runs; one that had nothing to do is not in it. */
      readonly run: string
      readonly stages: readonly StageResult[]
      readonly seconds: number
      /** What went wrong beside the stages. */
      readonly problems: readonly Problem[]
      readonly warnings: readonly Warning[]
      /** The page that was written, relative to the project. */
      readonly notebook?: string
    }

/** Runs what is asked. */
export async function runProject(
  surroundings: Surroundings,
  options: RunOptions,
): Promise<ProgramRun> {
  const { settings = {}, executor, onEvent = () => undefined } = options
  const { signal = new AbortController().signal, kill } = options
  const warnings: Warning[] = []
  const listen: Listener = (event) => {
    if (event.kind === 'warning') warnings.push(warningOf(event))
    onEvent(event)
  }
  let notebook: string | undefined
  const afterwards = async (finished: Finished): Promise<void> => {
    notebook = await notebookOf(finished, listen)
  }
  const { startRun } = await import('../session/start-run.ts')
  const outcome = await startRun(
    {
      command: options.command ?? 'a program',
      selection: selectionOf(options),
      settings: assignmentsOf(settings),
      keepParams: options.keepParams ?? false,
      jobs: options.jobs ?? availableParallelism(),
      force: options.force ?? false,
      keepGoing: options.keepGoing ?? false,
    },
    { ...surroundings, ...(executor && { executor }) },
    listen,
    signal,
    { ...(kill && { kill }), ...(options.notebook !== false && { afterwards }) },
  )
  if (outcome.kind !== 'finished') return outcome
  const { kind, ok, interrupted, runId: run, results: stages, seconds, problems } = outcome
  const page = notebook === undefined ? {} : { notebook }
  return { kind, ok, interrupted, run, stages, seconds, problems, warnings, ...page }
}

function warningOf({ stage, message }: Warning): Warning {
  return { ...(stage !== undefined && { stage }), message }
}

/** Writes the notebook; that it cannot be written is said, and takes nothing from the run. */
async function notebookOf(
  { workspace, lines }: Finished,
  listen: Listener,
): Promise<string | undefined> {
  try {
    const { writeNotebook } = await import('../session/write-notebook.ts')
    return (await writeNotebook(workspace, lines))?.path
  } catch (error) {
    const message = `the notebook could not be written: ${(error as Error).message}`
    listen({ kind: 'warning', message })
    return undefined
  }
}

/** The selection that targets mean. */
export function selectionOf({ until = [], from = [], only = [] }: Targets): Selection {
  return { until, from, only }
}

/** Settings as the command line has them. */
export function assignmentsOf(settings: Settings): string[] {
  return Object.entries(settings).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
}
