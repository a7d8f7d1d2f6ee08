// The DAG of stages: dependencies, a topological order, and the check for circles.

import type { Report } from '@weir/base'
import type { Pipeline, Stage } from '../config/model.ts'
import { collectMakers, factOf, foldersOf, type Makers } from './makers.ts'

/** The stages by name, which is the text of their id, and for each what it waits for and who waits for it. */
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

/** The stages that make what a stage reads; a frozen one reads nothing, so it waits for its condition only. */
function findUpstream(stage: Stage, makers: Makers): Set<string> {
  const needed = [...(stage.frozen ? [] : stage.deps), ...factOf(stage)]
  const found = needed.flatMap((path) => [
    ...[path, ...foldersOf(path)].flatMap((place) => makers.exact.get(place) ?? []),
    ...(makers.below.get(path) ?? []),
  ])
  return new Set(found)
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
      place: (stages.find((stage) => stage.name === circle[0]) ?? start).place,
      hint: 'take one of these dependencies away',
    })
    return undefined
  }
  return order
}

/** Visits with an explicit stack: a chain of thousands of stages would overflow the call stack. */
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
