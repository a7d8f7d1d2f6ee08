// Decides what follows from the key of a stage (key.ts), and records why where it decides.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '@weir/base'
import type { Stage } from '../config/model.ts'
import { paramAt } from '../config/params.ts'
import type { LockEntry } from '../store/lock-file.ts'
import type { Modules, Reason } from '../store/reason.ts'
import { areAtHand, isAsRecorded, recordOf } from './contents.ts'
import { diffDocuments } from './diff.ts'
import { type Foreseen, type Prepared, prepare } from './key.ts'
import { isOff } from './stage-problems.ts'
import type { Workspace } from './workspace.ts'

export type Decision =
  | { readonly action: 'skip'; readonly reasons: readonly Reason[] }
  | {
      readonly action: 'keep'
      readonly reasons: readonly Reason[]
      readonly prepared: Prepared
      readonly entry: LockEntry
    }
  | {
      readonly action: 'restore'
      readonly reasons: readonly Reason[]
      readonly prepared: Prepared
      readonly entry: LockEntry
    }
  | { readonly action: 'run'; readonly reasons: readonly Reason[]; readonly prepared: Prepared }
  | { readonly action: 'fail'; readonly problem: Problem; readonly more?: readonly Problem[] }

/** Decides for a stage whose upstream is settled. */
export async function decide(
  workspace: Workspace,
  stage: Stage,
  options: { force: boolean; inspected?: boolean; foreseen?: Foreseen },
): Promise<Decision> {
  const entry = workspace.lock.get(stage.id)
  const [problem, ...more] = isOff(stage) ? [] : workspace.problemsOf(stage)
  if (problem) return { action: 'fail', problem, more }
  const skipped = whenReason(workspace, stage)
  if (skipped) return { action: 'skip', reasons: [skipped] }
  if (stage.frozen) return decideFrozen(workspace, stage, entry)
  const prepared = await prepare(workspace, stage, options.foreseen)
  if ('code' in prepared) return { action: 'fail', problem: prepared }
  if (options.inspected) return { action: 'run', reasons: [{ kind: 'inspected' }], prepared }
  if (options.force) return { action: 'run', reasons: [{ kind: 'forced' }], prepared }
  if (stage.alwaysChanged) return { action: 'run', reasons: [{ kind: 'always_changed' }], prepared }
  if (entry?.key === prepared.key) return decideUnchanged(workspace, stage, entry, prepared)
  const reasons: Reason[] = entry
    ? diffDocuments({ document: entry.document, ...modulesOf(entry) }, prepared)
    : [{ kind: 'never_run' }]
  return fromRunCache(workspace, stage, prepared, reasons)
}

function modulesOf(entry: LockEntry): { modules?: Modules } {
  return entry.modules ? { modules: entry.modules } : {}
}

/** The reason to skip, if the stage has a condition that does not hold. */
function whenReason(workspace: Workspace, stage: Stage): Reason | undefined {
  if (!stage.when) return undefined
  const { test, text } = stage.when
  if (test.kind === 'never') return { kind: 'when', text }
  const value = factValue(join(workspace.root, test.file), test.key)
  if (isTrue(value) !== test.negate) return undefined
  return { kind: 'when', text, ...(value === undefined && { absent: true }) }
}

/** The value at a key of a JSON file; undefined where file or key is missing. */
function factValue(path: string, key: string): unknown {
  try {
    return paramAt(JSON.parse(readFileSync(path, 'utf8')), key)
  } catch {
    return undefined
  }
}

function isTrue(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== false &&
    value !== 0 &&
    value !== '' &&
    value !== 'false'
  )
}

/** Same key as last time: fresh if the outputs still are what they were. */
async function decideUnchanged(
  workspace: Workspace,
  stage: Stage,
  entry: LockEntry,
  prepared: Prepared,
): Promise<Decision> {
  const reasons = await changedOuts(workspace, entry)
  if (reasons.length === 0)
    return { action: 'keep', reasons: [{ kind: 'unchanged' }], prepared, entry }
  if (await canRestore(workspace, stage, entry.outs))
    return { action: 'restore', reasons, prepared, entry }
  return { action: 'run', reasons, prepared }
}

/** What differs between recorded outputs and those that are there. */
async function changedOuts(workspace: Workspace, entry: LockEntry): Promise<Reason[]> {
  const reasons: Reason[] = []
  for (const [path, was] of Object.entries(entry.outs)) {
    const is = await recordOf(workspace, path)
    if (!is) reasons.push({ kind: 'out', path, change: 'missing' })
    else if (!isAsRecorded(is, was)) reasons.push({ kind: 'out', path, change: 'modified' })
  }
  return reasons
}

async function fromRunCache(
  workspace: Workspace,
  stage: Stage,
  prepared: Prepared,
  reasons: readonly Reason[],
): Promise<Decision> {
  const entry = workspace.runCache.find(prepared.key)
  if (entry && (await canRestore(workspace, stage, entry.outs)))
    return { action: 'restore', reasons, prepared, entry }
  return { action: 'run', reasons, prepared }
}

/** True if all outputs can be had without a run. One that persists cannot: it is made from its own earlier content. */
async function canRestore(
  workspace: Workspace,
  stage: Stage,
  outs: LockEntry['outs'],
): Promise<boolean> {
  return !stage.outs.some((out) => out.persist) && (await areAtHand(workspace, outs))
}

/** A frozen stage does not run, so only its files are checked, and no effects. */
function withoutEffects(outs: LockEntry['outs']): LockEntry['outs'] {
  return Object.fromEntries(Object.entries(outs).filter(([, out]) => out.kind !== 'reference'))
}

async function decideFrozen(
  workspace: Workspace,
  stage: Stage,
  entry: LockEntry | undefined,
): Promise<Decision> {
  const reasons: Reason[] = [{ kind: 'frozen' }]
  // An output that was declared after the last run was never made.
  if (entry && stage.outs.every(({ path }) => Object.hasOwn(entry.outs, path))) {
    const prepared = { key: entry.key, document: entry.document, ...modulesOf(entry) }
    if ((await changedOuts(workspace, entry)).length === 0)
      return { action: 'keep', reasons, prepared, entry }
    if (await canRestore(workspace, stage, withoutEffects(entry.outs)))
      return { action: 'restore', reasons, prepared, entry }
  }
  return {
    action: 'fail',
    problem: {
      code: 'FROZEN_MISSING',
      message: `stage '${stage.name}' is frozen, and its outputs are neither there as recorded nor in the cache`,
      place: stage.place,
      hint: 'take `frozen` away to run it',
    },
  }
}
