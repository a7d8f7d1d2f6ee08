// DAGs for the tests of their drawings: one by hand, and random ones.
import fc from 'fast-check'
import type { DagView, Edge } from '../../../runner/dag/layers.ts'

export const CHAIN_AND_FORK: DagView = {
  stages: [
    { name: 'simulate', desc: 'made-up months' },
    { name: 'ingest', desc: 'raw tables' },
    { name: 'validate' },
    { name: 'features' },
    { name: 'train' },
    { name: 'online' },
    { name: 'promote' },
  ],
  edges: [
    ['simulate', 'ingest'],
    ['ingest', 'validate'],
    ['ingest', 'features'],
    ['validate', 'features'],
    ['features', 'train'],
    ['features', 'online'],
    ['validate', 'promote'],
    ['train', 'promote'],
    ['online', 'promote'],
  ],
}

/** Stages s0, s1, … declared in an order that need not be topological; edges without cycles, each once. */
export const randomDag: fc.Arbitrary<DagView> = fc
  .record({
    count: fc.integer({ min: 1, max: 24 }),
    pairs: fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 60 }),
    shuffle: fc.array(fc.nat(1000), { minLength: 24, maxLength: 24 }),
  })
  .map(({ count, pairs, shuffle }) => {
    const edges = new Map<string, Edge>()
    for (const [a, b] of pairs) {
      const [from, to] = [Math.min(a % count, b % count), Math.max(a % count, b % count)]
      if (from !== to) edges.set(`${from}-${to}`, [`s${from}`, `s${to}`])
    }
    const order = [...Array(count).keys()].sort(
      (a, b) => (shuffle[a] ?? 0) - (shuffle[b] ?? 0) || a - b,
    )
    return { stages: order.map((index) => ({ name: `s${index}` })), edges: [...edges.values()] }
  })
