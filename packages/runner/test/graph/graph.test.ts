// The graph: edges by file, folder and fact; what cannot be; an order that is topological and stable.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../../src/config/model.ts'
import { buildGraph, type Graph, reach } from '../../src/plan/graph.ts'
import { collect } from '../config/reports.ts'
import { pipelineOf, randomStages, stage } from './stages.ts'

function graphOf(...stages: Stage[]): Graph {
  const { report, problems } = collect()
  const graph = buildGraph(pipelineOf(...stages), report)
  expect(problems).toEqual([])
  if (!graph) throw new Error('no graph')
  return graph
}

function refused(...stages: Stage[]): string[] {
  const { report, problems } = collect()
  expect(buildGraph(pipelineOf(...stages), report)).toBeUndefined()
  return problems.map(({ code, message }) => `${code}: ${message}`)
}

const upstream = (graph: Graph, name: string) => [...(graph.upstream.get(name) ?? [])].sort()
const when = (file: string): Partial<Stage> => ({
  when: { text: file, test: { kind: 'fact', file, key: 'k', negate: false } },
})

describe('edges', () => {
  it('joins an output with who reads it, a part of it, or a folder around it', () => {
    const graph = graphOf(
      stage('a', [], ['data/a', 'data/b']),
      stage('exact', ['data/a'], []),
      stage('inside', ['data/a/part/x.csv'], []),
      stage('around', ['data'], []),
      stage('beside', ['data/ab', 'dat'], []),
    )
    for (const name of ['exact', 'inside', 'around']) expect(upstream(graph, name)).toEqual(['a'])
    expect(upstream(graph, 'beside')).toEqual([])
    expect([...(graph.downstream.get('a') ?? [])]).toEqual(['exact', 'inside', 'around'])
  })

  it('a folder waits for all who write in it', () => {
    const graph = graphOf(
      stage('all', ['out'], ['sum']),
      stage('a', [], ['out/a']),
      stage('b', [], ['out/deep/er/b']),
    )
    expect(upstream(graph, 'all')).toEqual(['a', 'b'])
    expect(graph.order).toEqual(['a', 'b', 'all'])
  })

  it('a condition waits for who writes its file', () => {
    const graph = graphOf(stage('late', [], ['x'], when('d.json')), stage('early', [], ['d.json']))
    expect(upstream(graph, 'late')).toEqual(['early'])
  })

  it('references are joined by their whole text', () => {
    const graph = graphOf(
      stage('a', [], ['reg://m/x']),
      stage('b', ['reg://m/x'], []),
      stage('c', ['reg://m', 'reg://m/x/y'], []),
    )
    expect(upstream(graph, 'b')).toEqual(['a'])
    expect(upstream(graph, 'c')).toEqual([])
  })

  it('a frozen stage does not wait for what it reads, and so cuts a circle', () => {
    const graph = graphOf(stage('a', ['y'], ['x']), stage('b', ['x'], ['y'], { frozen: true }))
    expect(upstream(graph, 'b')).toEqual([])
    expect(graph.order).toEqual(['b', 'a'])
  })

  it('names and paths of JavaScript’s own members are names like others', () => {
    const graph = graphOf(
      stage('constructor', ['toString'], ['valueOf']),
      stage('b', ['valueOf'], ['toString2']),
    )
    expect(upstream(graph, 'constructor')).toEqual([])
    expect(upstream(graph, 'b')).toEqual(['constructor'])
  })
})

describe('what cannot be', () => {
  it('an output of two stages, or twice of one', () => {
    expect(refused(stage('a', [], ['x']), stage('b', [], ['x']))).toEqual([
      "OUT_TWICE: the output 'x' is written by 'a' and by 'b'",
    ])
    expect(refused(stage('a', [], ['x', 'x']))).toEqual([
      "OUT_TWICE: stage 'a' declares the output 'x' twice",
    ])
  })

  it('an output inside another one, however deep, in whichever order', () => {
    const message = "OUT_OVERLAP: the output 'd/e/f' of 'b' lies inside 'd', an output of 'a'"
    expect(refused(stage('a', [], ['d']), stage('b', [], ['d/e/f']))).toEqual([message])
    expect(refused(stage('b', [], ['d/e/f']), stage('a', [], ['d']))).toEqual([message])
    expect(graphOf(stage('a', [], ['d']), stage('b', [], ['de/f'])).order).toEqual(['a', 'b'])
  })

  it('a dependency on the stage’s own output, on a part of it, or on a folder around it', () => {
    for (const dep of ['d/x', 'd/x/part', 'd'])
      expect(refused(stage('a', [dep], ['d/x']))).toEqual([
        `DEP_IS_OUT: stage 'a' depends on '${dep}', which it writes itself or in part`,
      ])
    expect(refused(stage('a', [], ['d.json'], when('d.json')))).toHaveLength(1)
  })

  it('an output outside the project', () => {
    for (const path of ['../x', '..', '/etc/x'])
      expect(refused(stage('a', [], [path]))[0]).toMatch(/^PATH_OUTSIDE: stage 'a' would write/)
  })

  it.each([
    '.',
    '.weir',
    '.weir/cache',
    '.git',
    '.git/hooks',
    'pipeline.yaml',
    'pipeline.lock',
    'params.yaml',
    'stages',
    'stages/a.ts',
  ])('the output %s', (path) => {
    const cell = stage('cell', [], [], { command: { kind: 'run', file: 'stages/a.ts' } })
    expect(refused(cell, stage('a', [], [path]))[0]).toMatch(/^PATH_RESERVED/)
  })

  it.each(['.', '..', '../..', '.weir', 'pipeline.lock'])('the dependency %s', (path) => {
    expect(refused(stage('a', [path], []))).toEqual([expect.stringMatching(/^PATH_RESERVED/)])
  })

  it('a circle, told from stage to stage at one that is in it', () => {
    const { report, problems } = collect()
    const at = (line: number) => ({ place: { file: 'pipeline.yaml', line } })
    const graph = buildGraph(
      pipelineOf(
        stage('start', ['z'], [], at(1)),
        stage('a', ['z'], ['x'], at(2)),
        stage('b', ['x'], ['y'], at(3)),
        stage('c', ['y'], ['z'], at(4)),
      ),
      report,
    )
    expect(graph).toBeUndefined()
    expect(problems).toMatchObject([
      { code: 'CYCLE', message: expect.stringContaining('c -> b -> a -> c'), place: { line: 4 } },
    ])
  })

  it('everything that cannot be is told at once', () => {
    const found = refused(stage('a', [], ['x', '../y']), stage('b', ['q'], ['x', 'q', 'x/deep']))
    expect(found.map((line) => line.split(':')[0]).sort()).toEqual([
      'DEP_IS_OUT',
      'OUT_OVERLAP',
      'OUT_TWICE',
      'PATH_OUTSIDE',
    ])
  })
})

describe('the order', () => {
  it('is that of the file where nothing is in the way', () => {
    expect(
      graphOf(stage('c', [], ['1']), stage('a', [], ['2']), stage('b', [], ['3'])).order,
    ).toEqual(['c', 'a', 'b'])
  })

  it('takes a chain of thousands', () => {
    const chain = Array.from({ length: 5000 }, (_, i) =>
      stage(`s${i}`, i < 4999 ? [`o${i + 1}`] : [], [`o${i}`]),
    )
    expect(graphOf(...chain).order[0]).toBe('s4999')
  })

  it('property: has every stage once, each after all that it waits for, and is the same every time', () => {
    fc.assert(
      fc.property(randomStages, (stages) => {
        const graph = graphOf(...stages)
        const rank = new Map(graph.order.map((name, index) => [name, index]))
        expect([...graph.order].sort()).toEqual(stages.map((one) => one.name).sort())
        for (const [name, before] of graph.upstream)
          for (const other of before) expect(rank.get(other)).toBeLessThan(rank.get(name) ?? -1)
        expect(graphOf(...stages).order).toEqual(graph.order)
      }),
    )
  })

  it('property: downstream is upstream turned round', () => {
    fc.assert(
      fc.property(randomStages, (stages) => {
        const { upstream, downstream } = graphOf(...stages)
        const pairs = (edges: Graph['upstream'], turn: boolean) =>
          [...edges]
            .flatMap(([a, some]) => [...some].map((b) => (turn ? `${b} ${a}` : `${a} ${b}`)))
            .sort()
        expect(pairs(downstream, true)).toEqual(pairs(upstream, false))
      }),
    )
  })

  it('property: what closes a circle is always found', () => {
    fc.assert(
      fc.property(randomStages, (stages) => {
        const graph = graphOf(...stages)
        const [first, last] = [graph.order[0] ?? '', graph.order.at(-1) ?? '']
        fc.pre(reach([last], graph.upstream).has(first) && first !== last)
        const closed = stages.map((one) =>
          one.name === first ? { ...one, deps: [...one.deps, `out/${last.slice(1)}`] } : one,
        )
        expect(refused(...closed)[0]).toMatch(/^CYCLE/)
      }),
    )
  })
})

describe('reach', () => {
  it('property: is closed, holds where it began, and nothing that no path leads to', () => {
    fc.assert(
      fc.property(randomStages, fc.nat(), (stages, pick) => {
        const graph = graphOf(...stages)
        const start = stages[pick % stages.length]?.name ?? ''
        const reached = reach([start], graph.upstream)
        expect(reached.has(start)).toBe(true)
        for (const name of reached)
          for (const next of graph.upstream.get(name) ?? []) expect(reached.has(next)).toBe(true)
        for (const name of reached) expect(reach([name], graph.downstream).has(start)).toBe(true)
      }),
    )
  })
})
