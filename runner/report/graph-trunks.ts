// Splits edges that pass over rows into short ones, through bends that edges of one stage share.
import type { Edge } from '../dag/layers.ts'
import { neighbours } from '../dag/layers.ts'

/** One thing in a row: a stage, or a bend (`stage: false`) where long edges pass. */
export interface Slot {
  readonly id: string
  readonly stage: boolean
}

/** Rows of slots with edges only between neighbouring rows. */
export interface SlotGraph {
  readonly rows: readonly (readonly Slot[])[]
  readonly edges: readonly Edge[]
}

/**
 * Long edges share their bends: those of a stage that many read run down one trunk, those into a stage
 * that reads many join one trunk. So 200 parallel stages cost one bend a row, not 200.
 */
export function withTrunks(
  rows: readonly (readonly string[])[],
  edges: readonly Edge[],
): SlotGraph {
  const names = rows.flat()
  const rowOf = new Map(rows.flatMap((row, index) => row.map((name) => [name, index] as const)))
  const readers = neighbours(names, edges)
  const sources = neighbours(names, edges, true)
  const slots = rows.map((row) => row.map((id): Slot => ({ id, stage: true })))
  const short = new Map<string, Edge>()
  const bends = new Set<string>()

  for (const [from, to] of edges) {
    const shared = (readers.get(from)?.length ?? 0) >= (sources.get(to)?.length ?? 0)
    const trunk = shared ? `out:${from}` : `in:${to}`
    let last = from
    for (let row = (rowOf.get(from) ?? 0) + 1; row < (rowOf.get(to) ?? 0); row++) {
      const id = `${trunk}:${row}`
      if (!bends.has(id)) slots[row]?.push({ id, stage: false })
      bends.add(id)
      short.set(JSON.stringify([last, id]), [last, id])
      last = id
    }
    short.set(JSON.stringify([last, to]), [last, to])
  }
  return { rows: slots, edges: [...short.values()] }
}
