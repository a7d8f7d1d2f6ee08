// What keeps one stage from running: its own problems, looked for again each time, and no other stage's.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../../src/config/model.ts'
import { buildGraph } from '../../src/plan/graph.ts'
import { createStageProblems } from '../../src/plan/stage-problems.ts'
import { pipelineOf, stage } from '../graph/stages.ts'
import { folderWith, write } from '../project-folder.ts'

function problemsIn(root: string, ...stages: Stage[]): (name: string) => string[] {
  const graph = buildGraph(pipelineOf(...stages), () => undefined)
  if (!graph) throw new Error('no graph')
  const problemsOf = createStageProblems(root, graph, ['known'])
  return (name) =>
    problemsOf(graph.stages.get(name) as Stage).map(
      ({ code, message }) => `${code} ${/'[^']*'[^']*'([^']*)'/.exec(message)?.[1]}`,
    )
}

const fact = {
  text: 'f',
  test: { kind: 'fact', file: 'fact.json', key: 'k', negate: false },
} as const

describe('problems of a stage', () => {
  it('are every dependency, cell and fact that is missing and that nobody makes', () => {
    const root = folderWith()
    symlinkSync(join(root, 'nowhere'), join(root, 'link'))
    const problems = problemsIn(
      root,
      stage('a', ['gone', 'made/part', 'below', 'known://other'], [], { when: fact }),
      stage('b', [], ['made', 'below/x'], { command: { kind: 'run', file: 'gone.ts' } }),
      stage('c', ['link'], []),
    )
    expect(problems('a')).toEqual(['DEP_MISSING gone', 'DEP_MISSING fact.json'])
    expect(problems('b')).toEqual(['DEP_MISSING gone.ts'])
    expect(problems('c')).toEqual(['DEP_MISSING link'])
  })

  it('end when the file has come, also at an absolute path', () => {
    const root = folderWith()
    const problems = problemsIn(root, stage('a', ['x', `${root}/y`], []))
    expect(problems('a')).toHaveLength(2)
    write(root, { x: '' })
    expect(problems('a')).toEqual([`DEP_MISSING ${root}/y`])
    write(root, { y: '' })
    expect(problems('a')).toEqual([])
  })

  it('of a frozen stage are about its condition alone: it reads nothing', () => {
    const frozen = { frozen: true, command: { kind: 'run', file: 'gone.ts' } } as const
    const problems = problemsIn(
      folderWith(),
      stage('a', ['gone'], [], frozen),
      stage('b', ['gone'], [], { ...frozen, when: fact }),
    )
    expect(problems('a')).toEqual([])
    expect(problems('b')).toEqual(['DEP_MISSING fact.json'])
  })

  it('are schemes that nothing resolves, and what the configuration told', () => {
    const told = { code: 'TEMPLATE', message: "'' 'told'" } as const
    const problems = problemsIn(
      folderWith(),
      stage('a', ['s3x://b'], ['ftpx://c', 'known://d'], { problems: [told] }),
      stage('b', [], []),
    )
    expect(problems('a')).toEqual([
      'TEMPLATE told',
      'UNKNOWN_SCHEME s3x://b',
      'UNKNOWN_SCHEME ftpx://c',
    ])
    expect(problems('b')).toEqual([])
  })
})
