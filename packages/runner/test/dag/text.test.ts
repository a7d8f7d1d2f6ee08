// The text drawing of the DAG, as golden texts and as properties over random DAGs.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dagText } from '../../src/report/dag/dag-text.ts'
import { cleanEdges, layered, neighbours, topological } from '../../src/report/dag/layers.ts'
import { type RailRow, railRows } from '../../src/report/dag/rails.ts'
import { CHAIN_AND_FORK, chain, randomDag, tangle } from './dags.ts'

describe('dagText', () => {
  it('draws a pipeline with forks, joins and a passing rail', () => {
    expect(dagText(CHAIN_AND_FORK)).toEqual([
      '●              simulate  made-up months',
      '╰─●            ingest    raw tables',
      '  ├─●          validate',
      '  ╰─┼─●        features',
      '    │ ├─●      train',
      '    │ ╰─│─●    online',
      '    ╰───┴─┴─●  promote',
    ])
  })

  it('lets parallel stages share one rail', () => {
    const parts = ['a', 'b', 'c']
    const edges = parts.flatMap((part) => [['start', part] as const, [part, 'end'] as const])
    const stages = ['start', ...parts, 'end'].map((name) => ({ name }))
    expect(dagText({ stages, edges })).toEqual([
      '●        start',
      '├─●→╮    a',
      '├─●→┤    b',
      '╰─●→┤    c',
      '    ╰─●  end',
    ])
  })

  it('puts a stage that is declared too early below what it reads', () => {
    const view = {
      stages: [{ name: 'late' }, { name: 'early' }],
      edges: [['early', 'late']] as const,
    }
    expect(dagText(view)).toEqual(['●    early', '╰─●  late'])
  })

  it('leaves out unknown, doubled and self edges', () => {
    const view = {
      stages: [{ name: 'a' }, { name: 'b' }],
      edges: [
        ['a', 'b'],
        ['a', 'b'],
        ['a', 'a'],
        ['x', 'b'],
      ] as const,
    }
    expect(dagText(view)).toEqual(['●    a', '╰─●  b'])
  })

  it('refuses a cycle', () => {
    const view = {
      stages: [{ name: 'a' }, { name: 'b' }],
      edges: [
        ['a', 'b'],
        ['b', 'a'],
      ] as const,
    }
    expect(() => dagText(view)).toThrow(/cycle/)
  })

  it('is empty for no stages', () => {
    expect(dagText({ stages: [], edges: [] })).toEqual([])
  })

  it('draws a chain of 20,000 stages, declared last first', { timeout: 20_000 }, () => {
    const lines = dagText(chain(20_000))
    expect(lines).toHaveLength(20_000)
    expect(lines[0]).toMatch(/^● +s0$/)
    expect(lines.at(-1)).toMatch(/● +s19999$/)
  })

  it('draws 1,000 stages with 3,000 edges', { timeout: 10_000 }, () => {
    const lines = dagText(tangle())
    expect(lines).toHaveLength(1000)
    expect(lines.every((line) => line.includes('●'))).toBe(true)
  })

  it('has one line and one node a stage, and connects exactly the stages that read something', () => {
    fc.assert(
      fc.property(randomDag, (view) => {
        const lines = dagText(view)
        expect(lines).toHaveLength(view.stages.length)
        const targets = new Set(view.edges.map(([, to]) => to))
        for (const line of lines) {
          expect(line.match(/●/g)).toHaveLength(1)
          const [rails = '', name = ''] = line.split(/\s+(?=s\d+$)/)
          // What follows an arrow is where the stage leads, not what it reads.
          expect(/[─╰╯├┤┼┴]/.test(rails.replace(/→.*/, ''))).toBe(targets.has(name))
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** Reads a drawing back: which stages stand above each stage's rails. */
function readBack(rows: readonly RailRow[]): Map<string, string[]> {
  const carried = new Map<number, string[]>()
  return new Map(
    rows.map((row) => {
      const sources = row.from.flatMap((column) => carried.get(column) ?? [])
      for (const column of [...carried.keys()]) if (!row.below.has(column)) carried.delete(column)
      const rail = row.joins ?? row.column
      if (row.below.has(rail)) carried.set(rail, [...(carried.get(rail) ?? []), row.name])
      return [row.name, sources.sort()]
    }),
  )
}

describe('railRows', () => {
  it('says exactly the edges of the DAG, also where stages share a rail', () => {
    fc.assert(
      fc.property(randomDag, ({ stages, edges }) => {
        const names = stages.map((stage) => stage.name)
        const rows = railRows(names, edges)
        const sources = neighbours(names, edges, true)
        const read = readBack(rows)
        for (const name of names)
          expect(read.get(name)).toEqual([...(sources.get(name) ?? [])].sort())
        for (const row of rows) expect(row.above.has(row.column)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })
})

describe('layers', () => {
  it('fills the first row with room, for thousands of stages', { timeout: 10_000 }, () => {
    const names = Array.from({ length: 60_000 }, (_, n) => `s${n}`)
    const rows = layered(names, [], 2)
    expect(rows).toHaveLength(30_000)
    expect(rows.at(-1)).toEqual(['s59998', 's59999'])
  })

  it('orders every stage after what it reads, and puts it in a lower row of bounded width', () => {
    fc.assert(
      fc.property(randomDag, fc.integer({ min: 1, max: 4 }), ({ stages, edges }, width) => {
        const names = stages.map((stage) => stage.name)
        const order = topological(names, edges)
        expect([...order].sort()).toEqual([...names].sort())
        const rows = layered(names, cleanEdges(names, edges), width)
        expect(rows.flat().sort()).toEqual([...names].sort())
        for (const row of rows) expect(row.length).toBeLessThanOrEqual(width)
        const rowOf = (name: string) => rows.findIndex((row) => row.includes(name))
        for (const [from, to] of edges) {
          expect(order.indexOf(from)).toBeLessThan(order.indexOf(to))
          expect(rowOf(from)).toBeLessThan(rowOf(to))
        }
      }),
      { numRuns: 200 },
    )
  })
})
