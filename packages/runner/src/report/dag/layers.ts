// Rows for a drawing of the DAG: every stage below all that it depends on, no row too wide.

/** A dependency: `to` reads what `from` makes. */
export type Edge = readonly [from: string, to: string]

/** What a drawing needs of the DAG, stages in the order of pipeline.yaml. */
export interface DagView {
  readonly stages: readonly { readonly name: string; readonly desc?: string }[]
  readonly edges: readonly Edge[]
}

/** The edges between known names, each once, none to itself, in their given order. */
export function cleanEdges(names: readonly string[], edges: readonly Edge[]): Edge[] {
  const known = new Set(names)
  const seen = new Set<string>()
  return edges.filter(([from, to]) => {
    const key = JSON.stringify([from, to])
    if (seen.has(key) || from === to || !known.has(from) || !known.has(to)) return false
    seen.add(key)
    return true
  })
}

/** Each name's neighbours along the edges: those that it points at, or with `back` those that point at it. */
export function neighbours(
  names: readonly string[],
  edges: readonly Edge[],
  back = false,
): Map<string, string[]> {
  const lists = new Map(names.map((name) => [name, [] as string[]]))
  for (const [from, to] of edges) lists.get(back ? to : from)?.push(back ? from : to)
  return lists
}

/**
 * Rows of names, top first. A name stands in the first row below all that it depends on that has room;
 * rows hold at most `width` names. Edges are those of `cleanEdges`.
 * @throws Error where the edges form a cycle
 */
export function layered(
  names: readonly string[],
  edges: readonly Edge[],
  width: number,
): string[][] {
  const rows: string[][] = []
  const rowOf = new Map<string, number>()
  const before = neighbours(names, edges, true)
  // Where there is room from a row on, at the least: full rows stay full, so nobody looks at them twice.
  const roomFrom: number[] = []
  const rowWithRoom = (start: number): number => {
    let row = start
    while ((rows[row]?.length ?? 0) >= width) row = roomFrom[row] ?? row + 1
    for (let full = start; full < row; ) {
      const next = roomFrom[full] ?? full + 1
      roomFrom[full] = row
      full = next
    }
    return row
  }
  for (const name of topological(names, edges)) {
    let below = 0
    for (const parent of before.get(name) ?? [])
      below = Math.max(below, (rowOf.get(parent) ?? -1) + 1)
    const row = rowWithRoom(below)
    rowOf.set(name, row)
    const stages = rows[row]
    if (stages) stages.push(name)
    else rows[row] = [name]
  }
  return rows
}

/**
 * The names so that each follows what it depends on, otherwise in their given order.
 * @throws Error where the edges form a cycle
 */
export function topological(names: readonly string[], edges: readonly Edge[]): string[] {
  const before = neighbours(names, edges, true)
  const order: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  // A stack of its own, so that a chain of thousands of stages is no trouble.
  const stack: Frame[] = []
  const enter = (name: string): void => {
    if (state.get(name) === 'done') return
    if (state.has(name)) throw new Error('the stages depend on each other in a cycle')
    state.set(name, 'open')
    stack.push({ name, parents: (before.get(name) ?? []).values() })
  }
  for (const start of names) {
    enter(start)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const parent = top.parents.next()
      if (!parent.done) enter(parent.value)
      else {
        stack.pop()
        state.set(top.name, 'done')
        order.push(top.name)
      }
    }
  }
  return order
}

/** A name whose parents are being visited. */
interface Frame {
  readonly name: string
  readonly parents: Iterator<string, undefined>
}
