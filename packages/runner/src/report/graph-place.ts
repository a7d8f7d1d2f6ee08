// Places ordered slots from left to right: near their neighbours, never overlapping.
import { neighbours } from './dag/layers.ts'
import type { Slot, SlotGraph } from './graph-trunks.ts'

const SWEEPS = 10
/** All but the last sweeps also pull towards the middle, so that rows do not wander apart; the last straighten. */
const LAST_SWEEPS = 2
const HOMING = 0.8
/** A bend pulls harder than a stage, so that long edges run straight. */
const BEND_WEIGHT = 3

/** A run of slots that touch, moved as one. */
interface Block {
  count: number
  weight: number
  sum: number
}

/**
 * The positions closest to the wanted ones (weighted least squares) that keep the order and the least
 * distances `gaps[i]` between i and i + 1: isotonic regression by pooling adjacent violators
 * (Barlow et al. 1972).
 */
export function spread(
  wanted: readonly number[],
  gaps: readonly number[],
  weights: readonly number[],
): number[] {
  const offsets: number[] = []
  let offset = 0
  for (const [index] of wanted.entries()) {
    offsets.push(offset)
    offset += gaps[index] ?? 0
  }
  const blocks: Block[] = []
  for (const [index, want] of wanted.entries()) {
    const weight = weights[index] ?? 1
    blocks.push({ count: 1, weight, sum: weight * (want - (offsets[index] ?? 0)) })
    poolLast(blocks)
  }
  const means = blocks.flatMap(({ count, sum, weight }) => Array(count).fill(sum / weight))
  return means.map((mean: number, index) => mean + (offsets[index] ?? 0))
}

function poolLast(blocks: Block[]): void {
  for (;;) {
    const last = blocks.at(-1)
    const prior = blocks.at(-2)
    if (last === undefined || prior === undefined) return
    if (prior.sum / prior.weight <= last.sum / last.weight) return
    prior.count += last.count
    prior.weight += last.weight
    prior.sum += last.sum
    blocks.pop()
  }
}

/** The least distance between the centres of neighbouring slots in a row. */
function gapsOf(row: readonly Slot[], widthOf: (slot: Slot) => number, gap: number): number[] {
  return row.slice(1).map((slot, index) => {
    const left = row[index]
    return (left === undefined ? 0 : widthOf(left) / 2) + gap + widthOf(slot) / 2
  })
}

/** The centre of each slot, by id; `widthOf` and `gap` in the same unit as the result. */
export function placeRows(
  graph: SlotGraph,
  widthOf: (slot: Slot) => number,
  gap: number,
): Map<string, number> {
  const near = [pulls(graph, true), pulls(graph, false)]
  const centre = new Map<string, number>()
  const rows = graph.rows.map((row) => measured(row, widthOf, gap))
  for (const row of rows) settle(row, () => 0, centre)
  for (let turn = 0; turn < SWEEPS; turn++) {
    const side = near[turn % 2]
    const home = turn < SWEEPS - LAST_SWEEPS ? HOMING : 1
    const want = (slot: Slot): number =>
      home * meanOf(side?.get(slot.id) ?? [], centre, centre.get(slot.id) ?? 0)
    for (const row of turn % 2 === 0 ? rows : [...rows].reverse()) settle(row, want, centre)
  }
  return centre
}

/**
 * Who pulls each slot, from above (`back`) or from below. A bend follows the bend that it continues, and a
 * trunk that many stages share pulls none of them: else rows would drift away beneath it.
 */
function pulls(graph: SlotGraph, back: boolean): Map<string, string[]> {
  const slots = graph.rows.flat()
  const ids = slots.map((slot) => slot.id)
  const bends = new Set(slots.filter((slot) => !slot.stage).map((slot) => slot.id))
  const near = neighbours(ids, graph.edges, back)
  const other = neighbours(ids, graph.edges, !back)
  return new Map(
    [...near].map(([id, beside]) => {
      const trunk = beside.filter((one) => bends.has(one))
      if (bends.has(id)) return [id, trunk.length > 0 ? trunk : beside]
      return [id, beside.filter((one) => !bends.has(one) || other.get(one)?.length === 1)]
    }),
  )
}

function meanOf(ids: readonly string[], centre: Map<string, number>, otherwise: number): number {
  if (ids.length === 0) return otherwise
  return ids.reduce((sum, id) => sum + (centre.get(id) ?? 0), 0) / ids.length
}

/** A row with what its places depend on besides the neighbours. */
interface MeasuredRow {
  readonly slots: readonly Slot[]
  readonly gaps: readonly number[]
  readonly weights: readonly number[]
}

function measured(
  slots: readonly Slot[],
  widthOf: (slot: Slot) => number,
  gap: number,
): MeasuredRow {
  const weights = slots.map((slot) => (slot.stage ? 1 : BEND_WEIGHT))
  return { slots, gaps: gapsOf(slots, widthOf, gap), weights }
}

function settle(
  { slots, gaps, weights }: MeasuredRow,
  want: (slot: Slot) => number,
  centre: Map<string, number>,
): void {
  const placed = spread(slots.map(want), gaps, weights)
  for (const [index, slot] of slots.entries()) centre.set(slot.id, placed[index] ?? 0)
}
