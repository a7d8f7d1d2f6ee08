// Which stages a command is about: --until (with all they depend on), --from (with all that follows), --only.
import { nearest, type Problem, type Report } from '@weir/base'
import { type Graph, reach } from './graph.ts'

/** What the command line asks for; an empty selection is the whole pipeline. */
export interface Selection {
  readonly until: readonly string[]
  readonly from: readonly string[]
  readonly only: readonly string[]
}

/** The selected stages in the graph's order; undefined where a name is unknown, which is reported. */
export function select(graph: Graph, selection: Selection, report: Report): string[] | undefined {
  const named = [...selection.until, ...selection.from, ...selection.only]
  const unknown = named.filter((name) => instancesOf(graph, name).length === 0)
  for (const name of unknown) report(unknownStage(name, graph))
  if (unknown.length > 0) return undefined
  const { until, from, only } = selection
  const all = (names: readonly string[]): string[] =>
    names.flatMap((name) => instancesOf(graph, name))
  const exact = { until: all(until), from: all(from), only: all(only) }
  return graph.order.filter(predicate(graph, exact))
}

/** The stage of that name; else all instances of the one that has it. */
function instancesOf({ stages, order }: Graph, name: string): string[] {
  return stages.has(name) ? [name] : order.filter((other) => stages.get(other)?.id.stage === name)
}

function predicate(graph: Graph, { until, from, only }: Selection): (name: string) => boolean {
  if (only.length > 0) return (name) => only.includes(name)
  const before = until.length > 0 ? reach(until, graph.upstream) : undefined
  const after = from.length > 0 ? reach(from, graph.downstream) : undefined
  return (name) => (before?.has(name) ?? true) && (after?.has(name) ?? true)
}

/** The problem that a name is no stage's. */
export function unknownStage(name: string, graph: Graph): Problem {
  const near = nearest(name, graph.stages.keys())
  return {
    code: 'UNKNOWN_STAGE',
    message: noStage(name),
    hint: near
      ? `did you mean '${near}'?`
      : `stages: ${[...graph.stages.keys()].join(', ')}; commands: weir --help`,
  }
}

function noStage(name: string): string {
  return `there is no stage '${name}'`
}

/** True for the problem that this very name is no stage's. */
export function isNoStage({ code, message }: Problem, name: string): boolean {
  return code === 'UNKNOWN_STAGE' && message === noStage(name)
}
