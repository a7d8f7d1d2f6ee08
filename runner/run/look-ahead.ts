// Looks ahead without running anything: for each stage its state, why, and what a run would do with it.
import type { Stage } from '../config/model.ts'
import { isWithin } from '../config/paths.ts'
import type { Reason } from '../key/reason.ts'
import type { RecordedOut } from '../lock/lockfile.ts'
import { type Decision, decide } from './decide.ts'
import { systemProblem } from './system-problem.ts'
import type { Workspace } from './workspace.ts'

/**
 * fresh: nothing to do · stale: would run · missing: never ran, would run · restorable: would come from the cache ·
 * skipped: its condition does not hold · broken: cannot run (its problem is the reason).
 */
export type StageState = 'fresh' | 'stale' | 'missing' | 'restorable' | 'skipped' | 'broken'

export interface Foresight {
  readonly name: string
  readonly state: StageState
  readonly reasons: readonly Reason[]
}

/** The states of the selected stages, in order. Where a stage would run, what follows it cannot be known. */
export async function lookAhead(
  workspace: Workspace,
  selected: readonly string[],
  force: boolean,
): Promise<Foresight[]> {
  const foreseen = new Map<string, RecordedOut | null>()
  const settled = new Map<string, Foresight>()
  for (const name of selected) {
    const stage = workspace.graph.stages.get(name) as Stage
    const foresight =
      fromUpstream(workspace, stage, settled, foreseen) ??
      (await foresee(workspace, stage, force, foreseen))
    settled.set(name, foresight)
  }
  return [...settled.values()]
}

/** What the stages before it say already: one that is skipped, broken, or would write something unknown. */
function fromUpstream(
  workspace: Workspace,
  stage: Stage,
  settled: ReadonlyMap<string, Foresight>,
  foreseen: Map<string, RecordedOut | null>,
): Foresight | undefined {
  const upstream = [...(workspace.graph.upstream.get(stage.name) ?? [])].flatMap(
    (name) => settled.get(name) ?? [],
  )
  const skipped = upstream.find((before) => before.state === 'skipped')
  if (skipped) return of(stage, 'skipped', [{ kind: 'upstream_skipped', stage: skipped.name }])
  const unsure = upstream.find((before) => isUnsure(workspace, stage, before, foreseen))
  if (!unsure) return undefined
  for (const out of stage.outs) foreseen.set(out.path, null)
  const ran = workspace.lock.get(stage.name) !== undefined
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
  const known = new Map(
    [...foreseen].filter((item): item is [string, RecordedOut] => item[1] !== null),
  )
  const decision = await decide(workspace, stage, { force, foreseen: known }).catch(
    (error): Decision => ({ action: 'fail', problem: systemProblem(error, stage) }),
  )
  if (decision.action === 'restore')
    for (const [path, out] of Object.entries(decision.entry.outs)) foreseen.set(path, out)
  if (decision.action === 'run') for (const out of stage.outs) foreseen.set(out.path, null)
  return of(stage, stateOf(workspace, stage, decision), reasonsOf(decision))
}

function stateOf(workspace: Workspace, stage: Stage, decision: Decision): StageState {
  switch (decision.action) {
    case 'skip':
      return 'skipped'
    case 'keep':
      return 'fresh'
    case 'restore':
      return 'restorable'
    case 'fail':
      return 'broken'
    case 'run':
      return workspace.lock.get(stage.name) ? 'stale' : 'missing'
  }
}

function reasonsOf(decision: Decision): readonly Reason[] {
  if (decision.action !== 'fail') return decision.reasons
  return [{ kind: 'problem', code: decision.problem.code, message: decision.problem.message }]
}

function of(stage: Stage, state: StageState, reasons: readonly Reason[]): Foresight {
  return { name: stage.name, state, reasons }
}
