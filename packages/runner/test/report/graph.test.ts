// The picture of the DAG: nothing overlaps, edges go down, and it stays bearable for many stages.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DagView, type Edge, layered, neighbours } from '../../src/report/dag/layers.ts'
import { type DagLayout, layoutDag } from '../../src/report/graph-drawing.ts'
import { crossings, orderRows } from '../../src/report/graph-order.ts'
import { spread } from '../../src/report/graph-place.ts'
import { dagSvg } from '../../src/report/graph-svg.ts'
import { withTrunks } from '../../src/report/graph-trunks.ts'
import { chain, randomDag, tangle } from '../dag/dags.ts'

function layoutOf({ stages, edges }: DagView): DagLayout {
  return layoutDag({ nodes: stages, edges })
}

/** A stage that many read in parallel into one. */
function fan(count: number): DagView {
  const parts = Array.from({ length: count }, (_, n) => `part_${n}`)
  const edges = parts.flatMap((part): Edge[] => [
    ['prepare', part],
    [part, 'merge'],
  ])
  return { stages: ['prepare', ...parts, 'merge'].map((name) => ({ name })), edges }
}

describe('layoutDag', () => {
  it('overlaps no two boxes and stays inside its picture', () => {
    fc.assert(
      fc.property(randomDag, (view) => {
        const { nodes, width, height, pieces } = layoutOf(view)
        expect(nodes).toHaveLength(view.stages.length)
        for (const [index, a] of nodes.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(0)
          expect(a.x + a.width).toBeLessThanOrEqual(width)
          expect(a.y + a.height).toBeLessThanOrEqual(height)
          for (const b of nodes.slice(index + 1)) {
            const apart = a.x + a.width <= b.x || b.x + b.width <= a.x
            expect(apart || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true)
          }
        }
        for (const { x1, x2 } of pieces) {
          expect(Math.min(x1, x2)).toBeGreaterThanOrEqual(0)
          expect(Math.max(x1, x2)).toBeLessThanOrEqual(width)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('draws every edge downwards', () => {
    fc.assert(
      fc.property(randomDag, (view) => {
        const layout = layoutOf(view)
        const top = new Map(layout.nodes.map((box) => [box.name, box.y]))
        for (const [from, to] of view.edges) expect(top.get(to)!).toBeGreaterThan(top.get(from)!)
        for (const { y1, y2 } of layout.pieces) expect(y2).toBeGreaterThan(y1)
      }),
      { numRuns: 60 },
    )
  })

  it('crosses no box with an edge: bends have room of their own', () => {
    fc.assert(
      fc.property(randomDag, (view) => {
        const { nodes, pieces } = layoutOf(view)
        for (const { x1, y1, x2, y2 } of pieces.filter((piece) => piece.x1 === piece.x2)) {
          const hit = nodes.filter((box) => {
            const inside = x1 > box.x && x2 < box.x + box.width
            return inside && y1 < box.y + box.height && y2 > box.y
          })
          expect(hit).toEqual([])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps 200 parallel stages narrow: long edges share their bends', () => {
    const { width, nodes } = layoutOf(fan(200))
    expect(nodes).toHaveLength(202)
    expect(width).toBeLessThan(1600)
  })

  it('lays out 200 tangled stages quickly', () => {
    const stages = Array.from({ length: 200 }, (_, n) => ({ name: `s${n}` }))
    const edges = stages.flatMap((_, n): Edge[] => [
      [`s${n}`, `s${n + 7}`],
      [`s${n}`, `s${n + 13}`],
    ])
    const begin = performance.now()
    layoutOf({ stages, edges })
    expect(performance.now() - begin).toBeLessThan(3000)
  })

  it('lays out 1,000 stages with 3,000 edges, in rows wide enough', { timeout: 20_000 }, () => {
    const { nodes, height } = layoutOf(tangle())
    expect(nodes).toHaveLength(1000)
    expect(height).toBeLessThan(5000)
  })

  it('lays out a chain of 20,000 stages', { timeout: 30_000 }, () => {
    const { nodes, pieces } = layoutOf(chain(20_000))
    expect(nodes).toHaveLength(20_000)
    expect(pieces.every(({ x1, x2 }) => x1 === x2)).toBe(true)
  })

  it('is empty without stages', () => {
    expect(layoutDag({ nodes: [], edges: [] })).toMatchObject({ nodes: [], pieces: [] })
  })
})

describe('withTrunks', () => {
  it('leaves only edges between neighbouring rows, and leads exactly where the edges led', () => {
    fc.assert(
      fc.property(randomDag, ({ stages, edges }) => {
        const names = stages.map((stage) => stage.name)
        const graph = withTrunks(layered(names, edges, 3), edges)
        const rowOf = new Map(graph.rows.flatMap((row, n) => row.map(({ id }) => [id, n] as const)))
        for (const [from, to] of graph.edges) expect(rowOf.get(to)).toBe(rowOf.get(from)! + 1)
        const slots = graph.rows.flat()
        const stageIds = new Set(slots.filter((slot) => slot.stage).map((slot) => slot.id))
        const next = neighbours(
          slots.map((slot) => slot.id),
          graph.edges,
        )
        const reached = (id: string): string[] =>
          (next.get(id) ?? []).flatMap((one) => (stageIds.has(one) ? [one] : reached(one)))
        for (const [name, readers] of neighbours(names, edges)) {
          expect([...new Set(reached(name))].sort()).toEqual([...readers].sort())
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('crossings', () => {
  it('counts the pairs that cross', () => {
    fc.assert(
      fc.property(randomDag, ({ stages, edges }) => {
        const names = stages.map((stage) => stage.name)
        const graph = withTrunks(layered(names, edges, 5), edges)
        const at = new Map(graph.rows.flatMap((row) => row.map(({ id }, n) => [id, n] as const)))
        const rowOf = new Map(graph.rows.flatMap((row, n) => row.map(({ id }) => [id, n] as const)))
        const crossing = graph.edges.flatMap(([a, b], index) =>
          graph.edges.slice(index + 1).filter(([c, d]) => {
            const beside = rowOf.get(a) === rowOf.get(c)
            return beside && (at.get(a)! - at.get(c)!) * (at.get(b)! - at.get(d)!) < 0
          }),
        )
        expect(crossings(graph)).toBe(crossing.length)
      }),
      { numRuns: 100 },
    )
  })
})

describe('orderRows', () => {
  it('never makes more crossings, and undoes a plain tangle', () => {
    const slot = (id: string) => ({ id, stage: true })
    const graph = {
      rows: [['a', 'b', 'c'].map(slot), ['x', 'y', 'z'].map(slot)],
      edges: [
        ['a', 'z'],
        ['b', 'y'],
        ['c', 'x'],
      ] as const,
    }
    expect(crossings(graph)).toBe(3)
    expect(crossings(orderRows(graph))).toBe(0)
  })
})

describe('spread', () => {
  it('moves as little as it can: the mean of those that collide', () => {
    expect(spread([0, 0, 10], [4, 4], [1, 1, 1])).toEqual([-2, 2, 10])
    expect(spread([5, 1], [2], [1, 3])).toEqual([0.5, 2.5])
    expect(spread([], [], [])).toEqual([])
  })

  it('keeps order and distances', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 12 }), (wanted) => {
        const gaps = wanted.slice(1).map((_, index) => 1 + (index % 3))
        const placed = spread(
          wanted,
          gaps,
          wanted.map(() => 1),
        )
        for (const [index, gap] of gaps.entries()) {
          expect(placed[index + 1]! - placed[index]!).toBeGreaterThanOrEqual(gap - 1e-9)
        }
      }),
    )
  })
})

describe('dagSvg', () => {
  it('links each node to its cell and colours it by its state', () => {
    const nodes = [
      { name: 'a', state: 'ran', href: '#stage-a', note: 'code changed' },
      { name: 'b', state: 'failed', href: 'javascript:alert(1)' },
    ]
    const svg = dagSvg({ nodes, edges: [['a', 'b']] }, 'two stages')
    expect(svg).toContain(
      '<a href="#stage-a"><g class="node is-ran"><title>a · ran · code changed</title>',
    )
    expect(svg).toContain('✕ b')
    expect(svg).not.toContain('javascript')
    expect(svg.match(/class="head"/g)).toHaveLength(1)
  })
})
