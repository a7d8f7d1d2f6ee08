// Selecting stages: --until, --from, --only, and names that nobody has.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGraph, type Graph, reach } from '../../src/plan/graph.ts'
import { type Selection, select } from '../../src/plan/select.ts'
import { collect } from '../config/reports.ts'
import { pipelineOf, randomStages, stage } from './stages.ts'

const NONE: Selection = { until: [], from: [], only: [] }

// a -> b -> d, a -> c -> d, and e alone
const STAGES = [
  stage('a', [], ['1']),
  stage('b', ['1'], ['2']),
  stage('c', ['1'], ['3']),
  stage('d', ['2', '3'], ['4']),
  stage('e', [], ['5']),
]

function graphOf(stages = STAGES): Graph {
  const graph = buildGraph(pipelineOf(...stages), () => undefined)
  if (!graph) throw new Error('no graph')
  return graph
}

const chosen = (some: Partial<Selection>) =>
  select(graphOf(), { ...NONE, ...some }, () => undefined)?.join('')

describe('select', () => {
  it.each([
    [{}, 'abcde'],
    [{ until: ['b'] }, 'ab'],
    [{ until: ['b', 'c'] }, 'abc'],
    [{ from: ['b'] }, 'bd'],
    [{ from: ['e', 'b'] }, 'bde'],
    [{ from: ['b'], until: ['d'] }, 'bd'],
    [{ from: ['b'], until: ['c'] }, ''],
    [{ only: ['d', 'a'] }, 'ad'],
    [{ until: ['d', 'd'] }, 'abcd'],
  ])('%j selects %s', (selection, expected) => {
    expect(chosen(selection)).toBe(expected)
  })

  it('reports every unknown name, with the nearest or all that there are', () => {
    const { report, problems } = collect()
    const graph = graphOf([stage('train', [], []), stage('toString', [], [])])
    expect(
      select(graph, { ...NONE, until: ['trian', 'zzzzzz'], only: ['constructor'] }, report),
    ).toBeUndefined()
    expect(problems.map(({ code, message, hint }) => `${code} ${message}: ${hint}`)).toEqual([
      "UNKNOWN_STAGE there is no stage 'trian': did you mean 'train'?",
      "UNKNOWN_STAGE there is no stage 'zzzzzz': stages: train, toString; commands: weir --help",
      "UNKNOWN_STAGE there is no stage 'constructor': stages: train, toString; commands: weir --help",
    ])
  })

  it('property: until X is X and all before it; from X is X and all after it; in the graph’s order', () => {
    fc.assert(
      fc.property(randomStages, fc.nat(), (stages, pick) => {
        const graph = graphOf(stages)
        const name = stages[pick % stages.length]?.name ?? ''
        const until = select(graph, { ...NONE, until: [name] }, () => undefined)
        const from = select(graph, { ...NONE, from: [name] }, () => undefined)
        expect(until).toEqual(graph.order.filter((one) => reach([name], graph.upstream).has(one)))
        expect(from).toEqual(graph.order.filter((one) => reach([name], graph.downstream).has(one)))
      }),
    )
  })
})
