// Where the stages and edges of a DAG stand in a picture of it: layered, top to bottom.
import type { Edge } from './dag/layers.ts'
import { cleanEdges, layered } from './dag/layers.ts'
import { orderRows } from './graph-order.ts'
import { placeRows } from './graph-place.ts'
import { type Slot, type SlotGraph, withTrunks } from './graph-trunks.ts'
import { textWidth } from './text-width.ts'

/** What a picture of the DAG shows: `state` colours a node, `href` is where it leads. */
export interface DagPicture {
  readonly nodes: readonly {
    readonly name: string
    readonly state?: string
    readonly href?: string
    readonly note?: string
  }[]
  readonly edges: readonly Edge[]
}

/** A stage's box; x and y are its upper left corner, all in pixels. */
export interface NodeBox {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A piece of an edge from one row to the next, from (x1, y1) down to (x2, y2); `arrow` where it ends at a stage. */
export interface EdgePiece {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly arrow: boolean
}

/** A laid out DAG in pixels. */
export interface DagLayout {
  readonly width: number
  readonly height: number
  readonly nodes: readonly NodeBox[]
  readonly pieces: readonly EdgePiece[]
}

/**
 * Rows hold at most six stages; in a large picture half the square root of all, so that it does not become one long
 * strip.
 */
const MOST_A_ROW = 6
const NODE_HEIGHT = 30
const ROW_GAP = 26
const NODE_GAP = 14
const BEND_WIDTH = 4
const MARGIN = 6
const FONT_SIZE = 13
const LONGEST_NAME = 32

/** A node's text; the whole name is in its tooltip. */
export function nodeLabel(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`
}

function slotWidth(slot: Slot): number {
  return slot.stage ? Math.max(64, textWidth(nodeLabel(slot.id), FONT_SIZE) + 40) : BEND_WIDTH
}

/**
 * Lays out a DAG: every edge goes down, no two boxes overlap, rows hold a bounded number of stages.
 * Deterministic. Edges to unknown names are left out.
 * @throws Error where the edges form a cycle
 */
export function layoutDag(picture: DagPicture): DagLayout {
  const names = picture.nodes.map((node) => node.name)
  const edges = cleanEdges(names, picture.edges)
  const most = Math.max(MOST_A_ROW, Math.ceil(Math.sqrt(names.length) / 2))
  const graph = orderRows(withTrunks(layered(names, edges, most), edges))
  const centre = placeRows(graph, slotWidth, NODE_GAP)
  const slots = graph.rows.flat()
  const left = least(0, slots, (slot) => (centre.get(slot.id) ?? 0) - slotWidth(slot) / 2)
  const shifted = new Map([...centre].map(([id, x]) => [id, Math.round(x - left + MARGIN)]))
  const nodes = boxes(graph, shifted)
  return {
    width:
      MARGIN -
      least(
        least(0, nodes, (box) => -box.x - box.width),
        shifted.values(),
        (x) => -x,
      ),
    height: graph.rows.length * (NODE_HEIGHT + ROW_GAP) - ROW_GAP + 2 * MARGIN,
    nodes,
    pieces: pieces(graph, shifted),
  }
}

/** The least of a start and of what the items give. `Math.min(...)` fails beyond about a hundred thousand arguments. */
function least<T>(start: number, items: Iterable<T>, measure: (item: T) => number): number {
  let value = start
  for (const item of items) value = Math.min(value, measure(item))
  return value
}

function rowTop(row: number): number {
  return MARGIN + row * (NODE_HEIGHT + ROW_GAP)
}

function boxes(graph: SlotGraph, centre: Map<string, number>): NodeBox[] {
  return graph.rows.flatMap((row, index) =>
    row
      .filter((slot) => slot.stage)
      .map((slot) => {
        const width = slotWidth(slot)
        const x = (centre.get(slot.id) ?? 0) - width / 2
        return { name: slot.id, x, y: rowTop(index), width, height: NODE_HEIGHT }
      }),
  )
}

function pieces(graph: SlotGraph, centre: Map<string, number>): EdgePiece[] {
  const rowOf = new Map(
    graph.rows.flatMap((row, index) => row.map(({ id }) => [id, index] as const)),
  )
  const stages = new Set(graph.rows.flat().flatMap((slot) => (slot.stage ? [slot.id] : [])))
  const between = graph.edges.map(([from, to]): EdgePiece => {
    const y1 = rowTop(rowOf.get(from) ?? 0) + NODE_HEIGHT
    const y2 = rowTop(rowOf.get(to) ?? 0)
    return { x1: centre.get(from) ?? 0, y1, x2: centre.get(to) ?? 0, y2, arrow: stages.has(to) }
  })
  // A bend has no box: the line goes on through the height of its row.
  const through = graph.rows.flatMap((row, index) =>
    row
      .filter((slot) => !slot.stage)
      .map(({ id }): EdgePiece => {
        const [x, y] = [centre.get(id) ?? 0, rowTop(index)]
        return { x1: x, y1: y, x2: x, y2: y + NODE_HEIGHT, arrow: false }
      }),
  )
  return [...through, ...between]
}
