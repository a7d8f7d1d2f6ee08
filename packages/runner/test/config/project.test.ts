// Loading a project from its folder: all problems at once, the memo, files that cannot be read.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { findRoot } from '../../src/config/root.ts'
import { loadProject, problemsOf } from '../../src/plan/project.ts'
import { folderWith, write } from '../project-folder.ts'

async function briefs(root: string): Promise<string[]> {
  const loaded = await loadProject(layoutOf(root), 'test')
  const problems = loaded.ok ? problemsOf(loaded.pipeline.stages) : loaded.problems
  return problems.map(({ code, message }) => `${code} ${message}`)
}

const PIPELINE =
  'stages:\n  a: {cmd: x, deps: [in.txt], params: [k], outs: [o]}\n  b: {cmd: y, deps: [o]}\n'

describe('findRoot', () => {
  it('looks in the folder and above', () => {
    const root = folderWith({ 'pipeline.yaml': '', 'a/b/c.txt': '' })
    expect(findRoot(join(root, 'a', 'b'))).toBe(root)
    expect(findRoot(root)).toBe(root)
  })

  it('is undefined where there is none', () => {
    expect(findRoot(folderWith())).toBeUndefined()
  })
})

describe('loadProject', () => {
  it('loads, and again from the memo with the same result', async () => {
    const root = folderWith({
      'pipeline.yaml': PIPELINE,
      'params.yaml': 'k: {x: 1}\n',
      'in.txt': '',
    })
    const first = await loadProject(layoutOf(root), 'test')
    const again = await loadProject(layoutOf(root), 'test')
    if (!first.ok || !again.ok) throw new Error('not loaded')
    expect(again.pipeline).toEqual(first.pipeline)
    expect(again.graph.order).toEqual(['a', 'b'])
    expect(first.pipeline.params).toEqual({ 'params.yaml': { k: { x: 1 } } })
  })

  it('does not take the memo of other texts or of another build', async () => {
    const root = folderWith({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'k: 1\n', 'in.txt': '' })
    await loadProject(layoutOf(root), 'test')
    const memo = join(root, '.weir/memo/pipeline.json')
    const before = readFileSync(memo, 'utf8')
    write(root, { 'params.yaml': 'k: 2\n' })
    const changed = await loadProject(layoutOf(root), 'test')
    expect(changed.ok && changed.pipeline.params['params.yaml']).toEqual({ k: 2 })
    const after = readFileSync(memo, 'utf8')
    expect(after).not.toBe(before)
    await loadProject(layoutOf(root), 'other')
    expect(readFileSync(memo, 'utf8')).not.toBe(after)
  })

  it('notices a params file that came or went', async () => {
    const root = folderWith({
      'pipeline.yaml': 'stages: {a: {cmd: x, params: [{p.yaml: null}]}}\n',
      'p.yaml': 'a: 1\n',
    })
    expect(await briefs(root)).toEqual([])
    rmSync(join(root, 'p.yaml'))
    expect(await briefs(root)).toEqual([
      "PARAM_MISSING stage 'a' takes params from 'p.yaml', which does not exist",
    ])
    write(root, { 'p.yaml': '' })
    expect(await briefs(root)).toEqual([])
  })

  it('reports problems of pipeline and params files together', async () => {
    const root = folderWith({
      'pipeline.yaml': 'stages:\n  a: {cmd: x, deps: [gone], params: [k, {p.yaml: [q]}]}\n',
      'params.yaml': 'kk: 1\n',
      'p.yaml': 'q: [1\n',
    })
    const missing = expect.stringMatching(/^PARAM_MISSING .*'k'/)
    expect(await briefs(root)).toEqual([missing, expect.stringMatching(/^YAML_SYNTAX/)])
    write(root, { 'p.yaml': 'r: 1\n' })
    expect(await briefs(root)).toEqual([
      expect.stringMatching(/^PARAM_MISSING .*'k'/),
      expect.stringMatching(/^PARAM_MISSING .*'q'/),
    ])
    write(root, { 'params.yaml': 'a: [\n', 'pipeline.yaml': 'stages: [\n' })
    const loaded = await loadProject(layoutOf(root), 'test')
    const files = loaded.ok ? [] : loaded.problems.map((problem) => problem.place?.file)
    expect(new Set(files)).toEqual(new Set(['params.yaml', 'pipeline.yaml']))
  })

  it('refuses params.yaml that is no map, and one that cannot be read', async () => {
    const root = folderWith({ 'pipeline.yaml': 'stages: {}\n', 'params.yaml': '- 1\n' })
    expect(await briefs(root)).toEqual(['BAD_VALUE params.yaml must be a map of names and values'])
    rmSync(join(root, 'params.yaml'))
    mkdirSync(join(root, 'params.yaml'))
    expect(await briefs(root)).toEqual([
      expect.stringMatching(/^FILE_UNREADABLE params.yaml cannot be read/),
    ])
  })

  it('does without params.yaml, and with an empty one', async () => {
    const root = folderWith({ 'pipeline.yaml': 'stages: {a: {cmd: x}}\n' })
    expect(await briefs(root)).toEqual([])
    write(root, { 'params.yaml': '# nothing yet\n' })
    expect(await briefs(root)).toEqual([])
  })

  it('gives problems to the stage that they concern, also from the memo', async () => {
    const root = folderWith({
      'pipeline.yaml': 'stages:\n  a: {cmd: x, params: [k]}\n  b: {cmd: "y ${j}"}\n  c: {cmd: z}\n',
      'params.yaml': '# none\n',
    })
    const codes = async () => {
      const loaded = await loadProject(layoutOf(root), 'test')
      if (!loaded.ok) throw new Error('not loaded')
      return loaded.pipeline.stages.map(({ problems }) => problems?.map(({ code }) => code))
    }
    expect(await codes()).toEqual([['PARAM_MISSING'], ['TEMPLATE'], undefined])
    expect(await codes()).toEqual([['PARAM_MISSING'], ['TEMPLATE'], undefined])
    write(root, { 'params.yaml': 'k: 1\n' })
    expect(await codes()).toEqual([undefined, ['TEMPLATE'], undefined])
  })

  it('tells the problems of stages too where there is no pipeline', async () => {
    const root = folderWith({
      'pipeline.yaml':
        'stages:\n  a: {cmd: x, params: [k], outs: [o]}\n  b: {cmd: "${j}", outs: [o]}\n',
    })
    expect((await briefs(root)).map((text) => text.split(' ')[0])).toEqual([
      'OUT_TWICE',
      'PARAM_MISSING',
      'TEMPLATE',
    ])
  })

  it('looks again at a params file that could not be read', async () => {
    const root = folderWith({ 'pipeline.yaml': 'stages: {a: {cmd: x, params: [{p.yaml: [k]}]}}\n' })
    mkdirSync(join(root, 'p.yaml'))
    expect(await briefs(root)).toEqual([expect.stringMatching(/^FILE_UNREADABLE p.yaml/)])
    rmSync(join(root, 'p.yaml'), { recursive: true })
    expect(await briefs(root)).toEqual([expect.stringMatching(/^PARAM_MISSING .*does not exist/)])
  })

  it('survives a memo that is rubbish', async () => {
    const root = folderWith({ 'pipeline.yaml': PIPELINE, 'params.yaml': 'k: 1\n', 'in.txt': '' })
    for (const rubbish of [
      '',
      'null',
      '[]',
      '{"build":"test"}',
      '{"build":"test","files":{}}',
      '\0',
    ]) {
      mkdirSync(join(root, '.weir/memo'), { recursive: true })
      writeFileSync(join(root, '.weir/memo/pipeline.json'), rubbish)
      expect(await briefs(root)).toEqual([])
    }
  })
})
