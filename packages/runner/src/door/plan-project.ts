// `plan` of the door for programs: what a run would do, as data.
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Digest, Problem } from '@weir/base'
import { foresee, type Seen } from '../plan/foresee.ts'
import type { Foresight, StageState } from '../plan/look-ahead.ts'
import type { Warning } from '../plan/warnings.ts'
import type { Surroundings } from '../plan/workspace.ts'
import type { KeyDocument } from '../store/key-document.ts'
import { lookingMemo, openMemo } from '../store/memo.ts'
import type { Reason } from '../store/reason.ts'
import { assignmentsOf, type Settings, selectionOf, type Targets } from './run-project.ts'

/** What is planned; by default the whole pipeline with its present params. */
export interface PlanOptions extends Targets {
  /** Values by dotted key that replace those of params.yaml in the plan. */
  readonly settings?: Settings
  /** Plans as if every selected stage had to run. */
  readonly force?: boolean
  /**
   * Writes hashes and packed code into the state folder for the next plan or run, as `weir status` does. By default
   * nothing is written.
   */
  readonly remember?: boolean
  /** Ends what reads files and loads cells for the plan; `plan` rejects then. */
  readonly signal?: AbortSignal
}

/** A stage as a run would find it. */
export interface PlannedStage {
  readonly name: string
  readonly state: StageState
  /** `reasonText` makes a line of one. */
  readonly reasons: readonly Reason[]
  /** Of a broken stage, what keeps it from running. */
  readonly problems: readonly Problem[]
  /** The key that a run would use and what it is made from; absent where something before it has to run first. */
  readonly key?: Digest
  readonly document?: KeyDocument
}

export interface Plan {
  readonly ok: true
  /** The selected stages in the order in which they would run. */
  readonly stages: readonly PlannedStage[]
  readonly warnings: readonly Warning[]
}

/** A plan; or everything that leaves no pipeline to plan. */
export type PlanOutcome = Plan | { readonly ok: false; readonly problems: readonly Problem[] }

/** Plans what is asked. */
export async function planProject(
  surroundings: Surroundings,
  options: PlanOptions,
): Promise<PlanOutcome> {
  const { settings = {}, force = false, signal = new AbortController().signal } = options
  const question = { selection: selectionOf(options), settings: assignmentsOf(settings), force }
  const look = (around: Surroundings): Promise<Seen> => foresee(question, around, signal)
  const seen = await (options.remember ? look(surroundings) : withoutTrace(surroundings, look))
  if (!seen.ok) return seen
  return { ok: true, stages: seen.stages.map(planned), warnings: seen.warnings }
}

/**
 * Runs work that writes nothing into the project: the memo stays in memory, and cells are packed into a temporary
 * folder.
 */
async function withoutTrace<T>(
  surroundings: Surroundings,
  work: (around: Surroundings) => Promise<T>,
): Promise<T> {
  const cells = join(tmpdir(), `weir-plan-${randomUUID()}`)
  try {
    return await work({
      ...surroundings,
      layout: { ...surroundings.layout, cells },
      openMemo: (folder) => lookingMemo(openMemo(folder)),
    })
  } finally {
    rmSync(cells, { recursive: true, force: true })
  }
}

function planned({ name, state, reasons, problems = [], prepared }: Foresight): PlannedStage {
  const key = prepared && { key: prepared.key, document: prepared.document }
  return { name, state, reasons, problems, ...key }
}
