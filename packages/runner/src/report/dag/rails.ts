// The rails of a text drawing of the DAG: which columns carry which results from row to row.
import { type DagView, neighbours, topological } from './layers.ts'

/** One row of the drawing: a stage, where it stands, where it takes from, and the rails that pass. */
export interface RailRow {
  readonly name: string
  readonly column: number
  /** Columns of the rails that it reads from. */
  readonly from: readonly number[]
  /** The rail to its right that it shares with others; without it, a stage that is read starts its own below. */
  readonly joins?: number
  /** Columns with a rail coming from above, and those with one going on below. */
  readonly above: ReadonlySet<number>
  readonly below: ReadonlySet<number>
}

/** A rail: what its sources made is read by `readers`, all of them, further down. */
interface Rail {
  readonly column: number
  readonly readers: Set<string>
  /** The group of parallel stages that shares it; undefined for the rail of one stage. */
  readonly group?: string
}

/** Up to this column rails step to the right, which reads best; then free columns on the left are used again. */
const STEP_UNTIL = 14
/** From this many parallel stages on, they share a rail. */
const FEWEST_SHARING = 3

function freeFrom(taken: ReadonlySet<number>, start: number): number {
  let column = start
  while (taken.has(column)) column++
  return column
}

/** The groups of parallel stages, which read the same and are read by the same, as a key by stage. */
function parallelGroups(names: readonly string[], edges: DagView['edges']): Map<string, string> {
  const readersOf = neighbours(names, edges)
  const sourcesOf = neighbours(names, edges, true)
  const members = new Map<string, string[]>()
  for (const name of names) {
    const sides = [readersOf.get(name) ?? [], sourcesOf.get(name) ?? []]
    const key = JSON.stringify(sides.map((side) => [...side].sort()))
    if (sides[0]?.length === 0) continue
    const group = members.get(key)
    if (group) group.push(name)
    else members.set(key, [name])
  }
  const large = [...members].filter(([, group]) => group.length >= FEWEST_SHARING)
  return new Map(large.flatMap(([key, group]) => group.map((name) => [name, key] as const)))
}

/** Where a stage and its results stand: `rail` is a new one to open, `joins` a shared one. */
interface Place {
  readonly column: number
  readonly joins?: number
  readonly rail?: Rail
}

function ownPlace(above: ReadonlySet<number>, from: readonly number[], readers: string[]): Place {
  const beside = freeFrom(above, Math.max(-1, ...from) + 1)
  const column = beside < STEP_UNTIL ? beside : freeFrom(above, 0)
  return readers.length === 0 ? { column } : { column, rail: { column, readers: new Set(readers) } }
}

/** A place left of the group's rail, which is opened by its first stage; undefined where there is no room. */
function sharedPlace(
  above: ReadonlySet<number>,
  from: readonly number[],
  readers: string[],
  group: string,
  open: readonly Rail[],
): Place | undefined {
  const column = freeFrom(above, Math.max(-1, ...from) + 1)
  const rail = open.find((one) => one.group === group)
  if (rail !== undefined) return column < rail.column ? { column, joins: rail.column } : undefined
  const joins = freeFrom(above, column + 1)
  return { column, joins, rail: { column: joins, readers: new Set(readers), group } }
}

/**
 * The rows of the drawing, every stage after those that it reads. Three or more parallel stages (same sources,
 * same readers) share a rail, so that hundreds of them take a single column.
 * @throws Error where the edges form a cycle
 */
export function railRows(names: readonly string[], edges: DagView['edges']): RailRow[] {
  const readersOf = neighbours(names, edges)
  const groups = parallelGroups(names, edges)
  let open: Rail[] = []
  return topological(names, edges).map((name) => {
    const above = new Set(open.map((rail) => rail.column))
    const from = open.filter((rail) => rail.readers.has(name)).map((rail) => rail.column)
    for (const rail of open) rail.readers.delete(name)
    open = open.filter((rail) => rail.readers.size > 0)
    const readers = readersOf.get(name) ?? []
    const group = groups.get(name)
    const shared = group && sharedPlace(above, from, readers, group, open)
    const { column, joins, rail } = shared || ownPlace(above, from, readers)
    if (rail !== undefined) open = [...open, rail]
    const below = new Set(open.map((one) => one.column))
    return { name, column, from, above, below, ...(joins === undefined ? {} : { joins }) }
  })
}
