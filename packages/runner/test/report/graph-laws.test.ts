// The picture of the graph: laws of crossings, of the order within rows, and of the places of slots.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossings, orderRows } from '../../src/report/graph-order.ts'
import { placeRows } from '../../src/report/graph-place.ts'
import type { SlotGraph } from '../../src/report/graph-trunks.ts'

const GAP = 12

/** Rows of the given sizes; `ends` choose edges between neighbouring rows. */
function graphOf(sizes: readonly number[], ends: readonly (readonly [number, number])[]) {
  const rows = sizes.map((size, row) =>
    Array.from({ length: size }, (_, index) => ({ id: `${row}.${index}`, stage: index % 3 !== 2 })),
  )
  const edges = rows.slice(1).flatMap((below, row) =>
    ends.map(([from, to]): [string, string] => {
      const above = rows[row] ?? []
      return [above[from % above.length]?.id ?? '', below[to % below.length]?.id ?? '']
    }),
  )
  const unique = new Map(edges.map((edge) => [edge.join(' '), edge]))
  return { rows, edges: [...unique.values()] } satisfies SlotGraph
}

const randomGraph = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 10 }),
  )
  .map(([sizes, ends]) => graphOf(sizes, ends))

/** Each pair of edges compared, which is slow and plain. */
function crossingPairs({ rows, edges }: SlotGraph): number {
  const place = new Map(
    rows.flatMap((row, y) => row.map(({ id }, x): [string, [number, number]] => [id, [x, y]])),
  )
  const at = (id: string): [number, number] => place.get(id) ?? [Number.NaN, Number.NaN]
  let count = 0
  for (const [index, [from, to]] of edges.entries())
    for (const [otherFrom, otherTo] of edges.slice(index + 1)) {
      if (at(from)[1] !== at(otherFrom)[1]) continue
      if ((at(from)[0] - at(otherFrom)[0]) * (at(to)[0] - at(otherTo)[0]) < 0) count++
    }
  return count
}

describe('crossings', () => {
  it.each<[string, [number, number][], number]>([
    ['no edges', [], 0],
    [
      'parallel edges',
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
      0,
    ],
    [
      'two edges that cross',
      [
        [0, 1],
        [1, 0],
      ],
      1,
    ],
    [
      'a full reversal of three',
      [
        [0, 2],
        [1, 1],
        [2, 0],
      ],
      3,
    ],
    [
      'edges that share their start',
      [
        [0, 0],
        [0, 1],
        [0, 2],
      ],
      0,
    ],
    [
      'edges that share their end',
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
      0,
    ],
  ])('of %s', (_, ends, count) => {
    expect(crossings(graphOf([3, 3], ends))).toBe(count)
  })

  it('are the pairs of edges that cross', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        expect(crossings(graph)).toBe(crossingPairs(graph))
      }),
    )
  })

  it('are as many in the mirror', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const mirrored = { ...graph, rows: graph.rows.map((row) => [...row].reverse()) }
        expect(crossings(mirrored)).toBe(crossings(graph))
      }),
    )
  })
})

describe('orderRows', () => {
  it('keeps the slots of each row and all edges, and never adds a crossing', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const ordered = orderRows(graph)
        expect(ordered.edges).toEqual(graph.edges)
        expect(ordered.rows.map((row) => new Set(row))).toEqual(
          graph.rows.map((row) => new Set(row)),
        )
        expect(ordered.rows.map((row) => row.length)).toEqual(graph.rows.map((row) => row.length))
        expect(crossingPairs(ordered)).toBeLessThanOrEqual(crossingPairs(graph))
      }),
    )
  })

  it('leaves a graph without crossings as it is', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        fc.pre(crossingPairs(graph) === 0)
        expect(orderRows(graph)).toEqual(graph)
      }),
    )
  })

  it('untangles rows that are one permutation apart', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (ends) => {
        const graph = graphOf(
          [6, 6],
          ends.map((to, from): [number, number] => [from, to]),
        )
        expect(crossingPairs(orderRows(graph))).toBe(0)
      }),
    )
  })
})

describe('placeRows', () => {
  it('places every slot, in its order, with the gap between it and the next', () => {
    fc.assert(
      fc.property(randomGraph, (graph) => {
        const widthOf = ({ stage }: { stage: boolean }): number => (stage ? 40 : 2)
        const centres = placeRows(graph, widthOf, GAP)
        expect(centres.size).toBe(graph.rows.flat().length)
        for (const row of graph.rows)
          for (const [index, right] of row.slice(1).entries()) {
            const left = row[index] ?? right
            const apart = (centres.get(right.id) ?? Number.NaN) - (centres.get(left.id) ?? 0)
            expect(apart - (widthOf(left) + widthOf(right)) / 2).toBeGreaterThan(GAP - 1e-6)
          }
      }),
    )
  })

  it('stands a chain in one straight line', () => {
    const centres = placeRows(graphOf([1, 1, 1, 1], [[0, 0]]), () => 30, GAP)
    expect([...centres.values()]).toEqual([0, 0, 0, 0])
  })
})
