// Splits edges that pass over rows into short ones, through bends that edges of one stage share.
import type { Edge } from './dag/layers.ts'
import { neighbours } from './dag/layers.ts'

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
  const short: Edge[] = []
  /** By trunk: out of a stage the first row that it has not reached, into one the first row that it has. */
  const reach = new Map<string, number>()

  /** Leads a line from a slot down through bends in the rows from `start` up to `end`, without it. */
  const lead = (from: string, trunk: string, start: number, end: number): string => {
    let last = from
    for (let row = start; row < end; row++) {
      const id = `${trunk}:${row}`
      slots[row]?.push({ id, stage: false })
      short.push([last, id])
      last = id
    }
    return last
  }
  const out = (from: string, to: string, below: number, end: number): void => {
    const trunk = `out:${from}`
    const laid = reach.get(trunk) ?? below
    const start = laid > below ? `${trunk}:${Math.min(laid, end) - 1}` : from
    short.push([end > below ? lead(start, trunk, laid, end) : from, to])
    reach.set(trunk, Math.max(laid, end))
  }
  const into = (from: string, to: string, below: number, end: number): void => {
    const trunk = `in:${to}`
    const laid = reach.get(trunk) ?? end
    const next = Math.max(laid, below)
    short.push([lead(from, trunk, below, laid), next < end ? `${trunk}:${next}` : to])
    reach.set(trunk, Math.min(laid, below))
  }
  for (const [from, to] of edges) {
    const shared = (readers.get(from)?.length ?? 0) >= (sources.get(to)?.length ?? 0)
    const join = shared ? out : into
    join(from, to, (rowOf.get(from) ?? 0) + 1, rowOf.get(to) ?? 0)
  }
  return { rows: slots, edges: short }
}
