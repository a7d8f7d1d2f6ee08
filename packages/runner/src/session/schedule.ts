// Runs the selected stages: each once all that it depends on is settled, up to `jobs` at a time.

import type { Problem } from '@weir/base'
import { itemAt } from '@weir/base'
import { systemProblem } from '@weir/base/files'
import { instanceOf } from '../config/instance.ts'
import type { Stage } from '../config/model.ts'
import { decide } from '../plan/decide.ts'
import type { Foreseen } from '../plan/key.ts'
import { stageWarnings } from '../plan/warnings.ts'
import type { RecordedOut } from '../store/lock-file.ts'
import type { Reason } from '../store/reason.ts'
import { carryOut, keepFresh } from './carry-out.ts'
import type { Outcome, StageResult } from './events.ts'
import type { Execution } from './execution.ts'

/** What a run is asked to do. */
export interface RunOptions {
  /** Names in the graph's order. */
  readonly selected: readonly string[]
  readonly jobs: number
  readonly force: boolean
  readonly keepGoing: boolean
}

/**
 * The state of a stage in a run: waiting → deciding → (running →) settled. Changed in one place, `settle` and `begin`.
 * What is running or ready is a view of this.
 */
type State = 'waiting' | 'active' | 'settled'

/** Runs stages until nothing more can start; the results are in the order of the selection. */
export async function schedule(execution: Execution, options: RunOptions): Promise<StageResult[]> {
  const { selected } = options
  const jobs = Math.min(options.jobs, (await execution.executor.capacity()).tasks)
  const states = new Map<string, State>(selected.map((name) => [name, 'waiting']))
  const results = new Map<string, StageResult>()
  const queue = createQueue(execution, selected)
  const active = new Map<string, Promise<void>>()
  // Outputs of this run's settled stages, verified or written a moment ago: what follows need not hash them again.
  const known = new Map<string, RecordedOut>()
  let stopped = false

  const settle = (result: StageResult): void => {
    states.set(result.name, 'settled')
    results.set(result.name, result)
    active.delete(result.name)
    queue.settled(result.name)
    learn(execution, result, known)
    if (result.outcome === 'failed' && !options.keepGoing) stopped = true
    execution.listen({ kind: 'stage_ended', result })
  }
  const begin = (name: string): void => {
    states.set(name, 'active')
    active.set(
      name,
      runOne(execution, name, { force: options.force, foreseen: known }, results).then(settle),
    )
  }

  const untell = tellInterrupts(execution, active)
  for (;;) {
    while (!stopped && !execution.signal.aborted && active.size < jobs) {
      const next = queue.take()
      if (next === undefined) break
      begin(next)
    }
    if (active.size === 0) break
    await Promise.race(active.values())
  }
  untell()
  for (const name of selected)
    if (states.get(name) === 'waiting') settle(notStarted(execution, name, results))
  return selected.flatMap((name) => results.get(name) ?? [])
}

/** Tells of interrupts as they come, with the stages that are under way; gives the way to stop that. */
function tellInterrupts(
  { signal, kill, listen }: Execution,
  active: ReadonlyMap<string, unknown>,
): () => void {
  const stopping = (): void =>
    listen({ kind: 'interrupted', stages: [...active.keys()], atOnce: false })
  const killing = (): void =>
    listen({ kind: 'interrupted', stages: [...active.keys()], atOnce: true })
  if (signal.aborted) stopping()
  signal.addEventListener('abort', stopping, { once: true })
  kill.addEventListener('abort', killing, { once: true })
  return () => {
    signal.removeEventListener('abort', stopping)
    kill.removeEventListener('abort', killing)
  }
}

/** Remembers the outputs of a settled stage. References are not remembered: others may change them at any time. */
function learn(
  { workspace }: Execution,
  result: StageResult,
  known: Map<string, RecordedOut>,
): void {
  if (result.outcome === 'failed' || result.outcome === 'skipped') return
  for (const [path, out] of Object.entries(workspace.lock.get(instanceOf(result.name))?.outs ?? {}))
    if (out.kind !== 'reference') known.set(path, out)
}

interface Queue {
  take(): string | undefined
  settled(name: string): void
}

/** The stages that are ready, in order; a stage is ready when the selected stages before it are settled. */
function createQueue({ workspace }: Execution, selected: readonly string[]): Queue {
  const { graph } = workspace
  const chosen = new Set(selected)
  const rank = new Map(selected.map((name, index) => [name, index]))
  const missing = new Map(
    selected.map((name) => [
      name,
      [...(graph.upstream.get(name) ?? [])].filter((before) => chosen.has(before)).length,
    ]),
  )
  const ready = selected.filter((name) => missing.get(name) === 0)
  return {
    take: () => ready.shift(),
    settled(name) {
      for (const next of graph.downstream.get(name) ?? []) {
        const left = (missing.get(next) ?? 0) - 1
        missing.set(next, left)
        if (left === 0 && chosen.has(next)) insert(ready, next, rank)
      }
    },
  }
}

/** Inserts by rank into a list that is in order of rank. */
function insert(ready: string[], name: string, rank: ReadonlyMap<string, number>): void {
  const rankOf = (other: string): number => {
    const known = rank.get(other)
    if (known === undefined) throw new Error(`stage '${other}' is not selected`)
    return known
  }
  const own = rankOf(name)
  let [low, high] = [0, ready.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rankOf(itemAt(ready, middle)) > own) high = middle
    else low = middle + 1
  }
  ready.splice(low, 0, name)
}

async function runOne(
  execution: Execution,
  name: string,
  options: { readonly force: boolean; readonly foreseen: Foreseen },
  results: ReadonlyMap<string, StageResult>,
): Promise<StageResult> {
  const { workspace } = execution
  const stage = workspace.graph.stages.get(name) as Stage
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  const end = (outcome: Outcome, reasons: readonly Reason[]): StageResult => ({
    name,
    outcome,
    reasons,
    seconds: seconds(),
  })
  const fail = (problem: Problem, more: readonly Problem[] = []): StageResult => ({
    ...end('failed', []),
    problem,
    ...(more.length > 0 && { more }),
  })
  const blocked = blockedBy(execution, name, results)
  if (blocked) return end('skipped', [blocked])
  const [refused, ...others] = execution.refused.get(name) ?? []
  if (refused) return fail(refused, others)
  try {
    const inspected = execution.inspect?.stage === name
    const decision = await decide(workspace, stage, { ...options, inspected })
    if (decision.action === 'skip') return end('skipped', decision.reasons)
    if (decision.action === 'keep') {
      await keepFresh(execution, stage, decision.entry)
      return end('cached', decision.reasons)
    }
    if (decision.action === 'fail') return fail(decision.problem, decision.more)
    // Interrupted while its inputs were hashed: the stage has not begun.
    if (execution.signal.aborted) return end('skipped', [{ kind: 'not_started' }])
    if (decision.action === 'run')
      for (const warning of stageWarnings(workspace, stage))
        execution.listen({ kind: 'warning', ...warning })
    return { ...(await carryOut(execution, stage, decision)), seconds: seconds() }
  } catch (error) {
    return fail(systemProblem(error, stage))
  }
}

/** The reason not to start: something before it failed, or was skipped in this run. */
function blockedBy(
  { workspace }: Execution,
  name: string,
  results: ReadonlyMap<string, StageResult>,
): Reason | undefined {
  for (const before of workspace.graph.upstream.get(name) ?? []) {
    const result = results.get(before)
    if (!result) continue
    if (result.outcome === 'failed') return { kind: 'upstream_failed', stage: before }
    if (result.outcome !== 'skipped') continue
    // Names the stage that failed, and not one that was skipped because of it.
    const cause = result.reasons.find(
      ({ kind }) => kind === 'upstream_failed' || kind === 'not_started',
    )
    return cause ?? { kind: 'upstream_skipped', stage: before }
  }
  return undefined
}

function notStarted(
  execution: Execution,
  name: string,
  results: ReadonlyMap<string, StageResult>,
): StageResult {
  const reason = blockedBy(execution, name, results) ?? ({ kind: 'not_started' } as const)
  return { name, outcome: 'skipped', reasons: [reason], seconds: 0 }
}
