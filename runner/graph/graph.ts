// The DAG: who makes what, who waits for whom, and what cannot be (two makers, a circle, an output in another).
import type { Pipeline, Stage } from '../config/model.ts'
import { isReference } from '../config/model.ts'
import { isOutside, isWithin } from '../config/paths.ts'
import type { Report } from '../problem.ts'

/** The stages by name, and for each what it waits for and who waits for it. */
export interface Graph {
  readonly stages: ReadonlyMap<string, Stage>
  /** Names in an order in which every stage comes after what it depends on; file order otherwise. */
  readonly order: readonly string[]
  readonly upstream: ReadonlyMap<string, ReadonlySet<string>>
  readonly downstream: ReadonlyMap<string, ReadonlySet<string>>
}

/** Builds the graph; undefined where it cannot be, every reason of which is reported. */
export function buildGraph(pipeline: Pipeline, report: Report): Graph | undefined {
  const stages = new Map(pipeline.stages.map((stage) => [stage.name, stage]))
  const makers = collectMakers(pipeline.stages, report)
  if (!makers) return undefined
  const upstream = new Map(
    pipeline.stages.map((stage) => [stage.name, findUpstream(stage, makers)]),
  )
  const order = sort(pipeline.stages, upstream, report)
  return order && { stages, order, upstream, downstream: reverse(upstream) }
}

/** Which stage makes a path; also finds makers above and below a path without looking at every output. */
interface Makers {
  readonly exact: ReadonlyMap<string, string>
  /** Every folder that has an output somewhere below it, with the makers. */
  readonly below: ReadonlyMap<string, ReadonlySet<string>>
}

function collectMakers(stages: readonly Stage[], report: Report): Makers | undefined {
  const exact = new Map<string, string>()
  const below = new Map<string, Set<string>>()
  let sound = true
  const wrong: Report = (problem) => {
    sound = false
    report(problem)
  }
  for (const stage of stages)
    for (const { path } of stage.outs) {
      const other = exact.get(path)
      if (other !== undefined) reportTwice(path, other, stage, wrong)
      if (isOutside(path)) reportOutside(path, stage, wrong)
      exact.set(path, stage.name)
      for (const folder of foldersOf(path))
        below.set(folder, (below.get(folder) ?? new Set()).add(stage.name))
    }
  for (const stage of stages) checkOverlaps(stage, exact, wrong)
  return sound ? { exact, below } : undefined
}

function reportTwice(path: string, other: string, stage: Stage, report: Report): void {
  report({
    code: 'OUT_TWICE',
    message: `the output '${path}' is written by '${other}' and by '${stage.name}'`,
    place: stage.place,
    hint: 'an output has one maker: give one of the two another path',
  })
}

function reportOutside(path: string, stage: Stage, report: Report): void {
  report({
    code: 'PATH_OUTSIDE',
    message: `stage '${stage.name}' would write '${path}', outside the project`,
    place: stage.place,
    hint: 'outputs lie inside the project; copy them elsewhere in a step of your own',
  })
}

function checkOverlaps(stage: Stage, makers: ReadonlyMap<string, string>, report: Report): void {
  for (const { path } of stage.outs) {
    const outer = foldersOf(path).find((folder) => makers.has(folder))
    if (outer !== undefined)
      report({
        code: 'OUT_OVERLAP',
        message: `the output '${path}' of '${stage.name}' lies inside '${outer}', an output of '${makers.get(outer)}'`,
        place: stage.place,
        hint: 'outputs do not overlap: give one of them a folder of its own',
      })
  }
  for (const dep of stage.deps)
    if (
      stage.outs.some((out) => out.path === dep || (!isReference(dep) && isWithin(dep, out.path)))
    )
      report({
        code: 'DEP_IS_OUT',
        message: `stage '${stage.name}' depends on '${dep}', which it writes itself`,
        place: stage.place,
        hint: 'take it from deps or from outs',
      })
}

/** The folders that a path lies in, outermost first; none for a reference. */
function foldersOf(path: string): string[] {
  if (isReference(path)) return []
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function findUpstream(stage: Stage, makers: Makers): Set<string> {
  const fact = stage.when?.test.kind === 'fact' ? [stage.when.test.file] : []
  const needed = [...stage.deps, ...fact, ...stage.params.map((ref) => ref.file)]
  const found = needed.flatMap((path) => [
    ...[path, ...foldersOf(path)].map((place) => makers.exact.get(place) ?? ''),
    ...(makers.below.get(path) ?? []),
  ])
  // A stage may read a folder that also holds outputs of its own.
  return new Set(found.filter((name) => name !== '' && name !== stage.name))
}

/** Depth first in file order; reports the circle where there is one. */
function sort(
  stages: readonly Stage[],
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
  report: Report,
): string[] | undefined {
  const order: string[] = []
  const done = new Set<string>()
  for (const start of stages) {
    const circle = visit(start.name, upstream, done, order)
    if (!circle) continue
    report({
      code: 'CYCLE',
      message: `stages depend on each other in a circle: ${circle.join(' -> ')}`,
      place: start.place,
      hint: 'take one of these dependencies away',
    })
    return undefined
  }
  return order
}

/** Visits with a stack of its own, so that a chain of thousands of stages is no trouble. */
function visit(
  start: string,
  upstream: ReadonlyMap<string, ReadonlySet<string>>,
  done: Set<string>,
  order: string[],
): string[] | undefined {
  if (done.has(start)) return undefined
  const stack = [{ name: start, rest: [...(upstream.get(start) ?? [])] }]
  const open = new Set([start])
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.rest.shift()
    if (next === undefined) {
      stack.pop()
      open.delete(top.name)
      done.add(top.name)
      order.push(top.name)
    } else if (open.has(next)) {
      const names = stack.map((frame) => frame.name)
      return [...names.slice(names.indexOf(next)), next]
    } else if (!done.has(next)) {
      stack.push({ name: next, rest: [...(upstream.get(next) ?? [])] })
      open.add(next)
    }
  }
  return undefined
}

function reverse(upstream: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> {
  const downstream = new Map<string, Set<string>>(
    [...upstream.keys()].map((name) => [name, new Set()]),
  )
  for (const [name, before] of upstream)
    for (const other of before) downstream.get(other)?.add(name)
  return downstream
}

/** Every stage that is reached from some by an edge relation, themselves included. */
export function reach(
  from: Iterable<string>,
  edges: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const reached = new Set(from)
  for (const name of reached) for (const next of edges.get(name) ?? []) reached.add(next)
  return reached
}
