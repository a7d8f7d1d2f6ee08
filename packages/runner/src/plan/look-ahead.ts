// Looks ahead without running anything: for each stage its state, why, and what a run would do with it.

import { isWithin, type Problem } from '@weir/base'
import { systemProblem } from '@weir/base/files'
import type { Stage } from '../config/model.ts'
import { contentDigest } from '../store/file-digest.ts'
import type { RecordedOut } from '../store/lock-file.ts'
import type { Reason } from '../store/reason.ts'
import { type Decision, decide } from './decide.ts'
import type { Prepared } from './key.ts'
import { isOff } from './stage-problems.ts'
import type { Workspace } from './workspace.ts'

/**
 * fresh: nothing to do · stale: would run · missing: never ran, would run · restorable: would come from the cache ·
 * skipped: its condition does not hold · broken: cannot run, as its problems say, or those of a stage before it.
 */
export type StageState = 'fresh' | 'stale' | 'missing' | 'restorable' | 'skipped' | 'broken'

export interface Foresight {
  readonly name: string
  readonly state: StageState
  readonly reasons: readonly Reason[]
  /** Of a broken stage, its own; none where a stage before it is the broken one. */
  readonly problems?: readonly Problem[]
  /** The key that a run would use; absent where it is not known yet, or where none is used. */
  readonly prepared?: Prepared
}

/** The states of the selected stages, in order. Where a stage would run, what follows it cannot be known. */
export async function lookAhead(
  workspace: Workspace,
  selected: readonly string[],
  force: boolean,
  refused: ReadonlyMap<string, readonly Problem[]> = new Map(),
): Promise<Foresight[]> {
  const foreseen = new Map<string, RecordedOut | null>(standIns(workspace))
  const settled = new Map<string, Foresight>()
  for (const name of selected) {
    const stage = workspace.graph.stages.get(name) as Stage
    const upstream = [...(workspace.graph.upstream.get(name) ?? [])].flatMap(
      (before) => settled.get(before) ?? [],
    )
    const foresight =
      skippedWith(stage, upstream) ??
      brokenBefore(
        stage,
        [...workspace.problemsOf(stage), ...(refused.get(name) ?? [])],
        upstream,
      ) ??
      unsureAfter(workspace, stage, upstream, foreseen) ??
      (await foresee(workspace, stage, force, foreseen))
    settled.set(name, foresight)
  }
  return [...settled.values()]
}

/** The files that settings would write, as dependencies. */
function standIns({ overlay }: Workspace): [string, RecordedOut][] {
  return Object.entries(overlay).map(([path, text]) => [
    path,
    { kind: 'file', sha256: contentDigest(text), size: Buffer.byteLength(text) },
  ])
}

/** A stage that is off, or skipped with one before it. */
function skippedWith(stage: Stage, upstream: readonly Foresight[]): Foresight | undefined {
  if (stage.when && isOff(stage))
    return of(stage, 'skipped', [{ kind: 'when', text: stage.when.text }])
  const skipped = upstream.find((before) => before.state === 'skipped')
  return skipped && of(stage, 'skipped', [{ kind: 'upstream_skipped', stage: skipped.name }])
}

/** What is wrong with a stage itself, or with one before it. */
function brokenBefore(
  stage: Stage,
  problems: readonly Problem[],
  upstream: readonly Foresight[],
): Foresight | undefined {
  if (problems.length > 0) return broken(stage, problems)
  const before = upstream.find((one) => one.state === 'broken')
  return before && of(stage, 'broken', [{ kind: 'upstream_broken', stage: before.name }])
}

/** A stage after one that would write something unknown. */
function unsureAfter(
  workspace: Workspace,
  stage: Stage,
  upstream: readonly Foresight[],
  foreseen: Map<string, RecordedOut | null>,
): Foresight | undefined {
  const unsure = upstream.find((before) => isUnsure(workspace, stage, before, foreseen))
  if (!unsure) return undefined
  for (const out of stage.outs) foreseen.set(out.path, null)
  const ran = workspace.lock.get(stage.id) !== undefined
  return of(stage, ran ? 'stale' : 'missing', [{ kind: 'upstream_stale', stage: unsure.name }])
}

/** True if what the stage reads of one before it is not known, or lies in a folder that is not there yet. */
function isUnsure(
  workspace: Workspace,
  stage: Stage,
  before: Foresight,
  foreseen: ReadonlyMap<string, RecordedOut | null>,
): boolean {
  if (before.state === 'fresh') return false
  if (before.state !== 'restorable') return true
  const outs = workspace.graph.stages.get(before.name)?.outs ?? []
  const fact = stage.when?.test.kind === 'fact' ? stage.when.test.file : undefined
  return outs.some(
    ({ path }) =>
      path === fact ||
      foreseen.get(path) === null ||
      stage.deps.some((dep) => dep !== path && (isWithin(dep, path) || isWithin(path, dep))),
  )
}

async function foresee(
  workspace: Workspace,
  stage: Stage,
  force: boolean,
  foreseen: Map<string, RecordedOut | null>,
): Promise<Foresight> {
  const decision = await decide(workspace, stage, { force, foreseen }).catch(
    (error): Decision => ({ action: 'fail', problem: systemProblem(error, stage) }),
  )
  if (decision.action === 'restore')
    for (const [path, out] of Object.entries(decision.entry.outs)) foreseen.set(path, out)
  if (decision.action === 'run') for (const out of stage.outs) foreseen.set(out.path, null)
  if (decision.action === 'fail') return broken(stage, [decision.problem, ...(decision.more ?? [])])
  const foresight = of(stage, stateOf(workspace, stage, decision), decision.reasons)
  return 'prepared' in decision ? { ...foresight, prepared: decision.prepared } : foresight
}

function broken(stage: Stage, problems: readonly Problem[]): Foresight {
  const reasons = problems.map(({ code, message }) => ({ kind: 'problem', code, message }) as const)
  return { ...of(stage, 'broken', reasons), problems }
}

function stateOf(
  workspace: Workspace,
  stage: Stage,
  decision: Exclude<Decision, { action: 'fail' }>,
): StageState {
  switch (decision.action) {
    case 'skip':
      return 'skipped'
    case 'keep':
      return 'fresh'
    case 'restore':
      return 'restorable'
    case 'run':
      return workspace.lock.get(stage.id) ? 'stale' : 'missing'
  }
}

function of(stage: Stage, state: StageState, reasons: readonly Reason[]): Foresight {
  return { name: stage.name, state, reasons }
}
