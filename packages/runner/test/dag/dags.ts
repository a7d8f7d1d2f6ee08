// DAGs for the tests of their drawings: one by hand, and random ones.
import fc from 'fast-check'
import type { DagView, Edge } from '../../src/report/dag/layers.ts'

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

/** A thousand stages with three thousand edges, any to any that follows, declared in order. */
export function tangle(): DagView {
  const stages = Array.from({ length: 1000 }, (_, index) => ({ name: `s${index}` }))
  const edges = new Map<string, Edge>()
  // A linear congruential generator: the same tangle in every run.
  let state = 7
  const below = (limit: number): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * limit)
  }
  while (edges.size < 3000) {
    const from = below(999)
    const to = from + 1 + below(999 - from)
    edges.set(`${from}-${to}`, [`s${from}`, `s${to}`])
  }
  return { stages, edges: [...edges.values()] }
}

/** A chain of stages, declared last first. */
export function chain(length: number): DagView {
  const names = Array.from({ length }, (_, index) => `s${index}`)
  const edges = names.slice(1).map((name, index): Edge => [names[index] ?? '', name])
  return { stages: names.reverse().map((name) => ({ name })), edges }
}
