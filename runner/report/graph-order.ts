// Orders the slots within their rows so that few edges cross: barycentres, a few sweeps down and up.
import { neighbours } from '../dag/layers.ts'
import type { Slot, SlotGraph } from './graph-trunks.ts'

const SWEEPS = 12

type Rows = readonly (readonly Slot[])[]

function positions(rows: Rows): Map<string, number> {
  return new Map(rows.flatMap((row) => row.map((slot, index) => [slot.id, index] as const)))
}

/** How many pairs of edges cross. Edges run only between neighbouring rows. */
export function crossings({ rows, edges }: SlotGraph): number {
  const at = positions(rows)
  const rowOf = new Map(rows.flatMap((row, index) => row.map((slot) => [slot.id, index] as const)))
  let count = 0
  for (const [index] of rows.entries()) {
    const here = edges.filter(([from]) => rowOf.get(from) === index)
    const ends = here.map(([from, to]) => [at.get(from) ?? 0, at.get(to) ?? 0] as const)
    for (const [i, [a, b]] of ends.entries()) {
      for (const [c, d] of ends.slice(i + 1)) if ((a - c) * (b - d) < 0) count++
    }
  }
  return count
}

/** A row reordered by the mean position of each slot's neighbours; slots without any keep their place. */
function reordered(
  row: readonly Slot[],
  near: Map<string, string[]>,
  at: Map<string, number>,
): Slot[] {
  const weighed = row.map((slot, index) => {
    const others = near.get(slot.id) ?? []
    const sum = others.reduce((total, id) => total + (at.get(id) ?? 0), 0)
    return { slot, index, weight: others.length === 0 ? index : sum / others.length }
  })
  weighed.sort((a, b) => a.weight - b.weight || a.index - b.index)
  return weighed.map(({ slot }) => slot)
}

function sweep(rows: Rows, near: Map<string, string[]>, down: boolean): Slot[][] {
  const next = rows.map((row) => [...row])
  const order = [...next.keys()]
  for (const index of down ? order : order.reverse()) {
    const beside = next[index + (down ? -1 : 1)]
    const row = next[index]
    if (beside !== undefined && row !== undefined) {
      next[index] = reordered(row, near, positions([beside]))
    }
  }
  return next
}

/** The same graph with the best order that the sweeps met; ties go to the earliest, so it is stable. */
export function orderRows(graph: SlotGraph): SlotGraph {
  const ids = graph.rows.flat().map((slot) => slot.id)
  const above = neighbours(ids, graph.edges, true)
  const below = neighbours(ids, graph.edges)
  let best = graph
  let fewest = crossings(graph)
  let rows: Rows = graph.rows
  for (let turn = 0; turn < SWEEPS && fewest > 0; turn++) {
    const down = turn % 2 === 0
    rows = sweep(rows, down ? above : below, down)
    const next = { rows, edges: graph.edges }
    const count = crossings(next)
    if (count < fewest) {
      best = next
      fewest = count
    }
  }
  return best
}
