// Orders the slots within their rows so that few edges cross: barycentres, a few sweeps down and up.
// Slots are numbers in here and positions stand in typed arrays: a large picture has tens of thousands of them.
import type { Slot, SlotGraph } from './graph-trunks.ts'

const SWEEPS = 12

/** The rows as numbers of slots, and each slot's neighbours above and below. */
interface Numbered {
  readonly slots: readonly Slot[]
  readonly rows: number[][]
  readonly above: readonly (readonly number[])[]
  readonly below: readonly (readonly number[])[]
  /** Each slot's position in its row. */
  readonly at: Float64Array
}

function numbered({ rows, edges }: SlotGraph): Numbered {
  const slots = rows.flat()
  const numberOf = new Map(slots.map((slot, number) => [slot.id, number]))
  const above = slots.map((): number[] => [])
  const below = slots.map((): number[] => [])
  for (const [from, to] of edges) {
    const [a, b] = [numberOf.get(from), numberOf.get(to)]
    if (a === undefined || b === undefined) continue
    below[a]?.push(b)
    above[b]?.push(a)
  }
  let next = 0
  const numbers = rows.map((row) => row.map(() => next++))
  const graph = { slots, rows: numbers, above, below, at: new Float64Array(slots.length) }
  for (const row of numbers) settle(row, graph.at)
  return graph
}

function settle(row: readonly number[], at: Float64Array): void {
  for (let index = 0; index < row.length; index++) at[row[index] as number] = index
}

/** How many pairs of edges cross. Edges run only between neighbouring rows. */
export function crossings(graph: SlotGraph): number {
  return countCrossings(numbered(graph))
}

function countCrossings({ rows, below, at }: Numbered): number {
  let count = 0
  for (const [index, row] of rows.entries()) {
    // The ends in order of their starts; edges of one start do not cross, so theirs are in order.
    const ends = row.flatMap((slot) => positions(below[slot], at).sort((a, b) => a - b))
    count += inversions(ends, rows[index + 1]?.length ?? 0)
  }
  return count
}

function positions(slots: readonly number[] | undefined, at: Float64Array): number[] {
  return (slots ?? []).map((slot) => at[slot] as number)
}

/** How many pairs stand in falling order, of numbers from 0 below `size`: counted by a Fenwick tree. */
function inversions(numbers: readonly number[], size: number): number {
  const tree = new Uint32Array(size + 1)
  let count = 0
  for (const [seen, number] of numbers.entries()) {
    let upTo = 0
    for (let node = number + 1; node > 0; node -= node & -node) upTo += tree[node] as number
    count += seen - upTo
    for (let node = number + 1; node <= size; node += node & -node)
      tree[node] = (tree[node] as number) + 1
  }
  return count
}

/** Reorders a row by the mean position of each slot's neighbours; slots without any keep their place. */
function reorder(row: number[], near: Numbered['above'], at: Float64Array): void {
  const weights = new Map(
    row.map((slot, index) => {
      const others = positions(near[slot], at)
      const sum = others.reduce((total, position) => total + position, 0)
      return [slot, others.length === 0 ? index : sum / others.length]
    }),
  )
  const weightOf = (slot: number): number => weights.get(slot) as number
  // The sort is stable: of the same weight the left one stays left.
  row.sort((a, b) => weightOf(a) - weightOf(b))
  settle(row, at)
}

function sweep({ rows, above, below, at }: Numbered, down: boolean): void {
  const order = down ? rows.slice(1) : rows.slice(0, -1).reverse()
  for (const row of order) reorder(row, down ? above : below, at)
}

/** The same graph with the best order that the sweeps met; ties go to the earliest, so it is stable. */
export function orderRows(graph: SlotGraph): SlotGraph {
  const work = numbered(graph)
  const copy = (): number[][] => work.rows.map((row) => [...row])
  let best = copy()
  let fewest = countCrossings(work)
  for (let turn = 0; turn < SWEEPS && fewest > 0; turn++) {
    sweep(work, turn % 2 === 0)
    const count = countCrossings(work)
    if (count >= fewest) continue
    best = copy()
    fewest = count
  }
  const rows = best.map((row) => row.map((slot) => work.slots[slot] as Slot))
  return { rows, edges: graph.edges }
}
