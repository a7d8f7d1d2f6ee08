// `weir add`: the entry of a cell in pipeline.yaml, and the rest of the file as it was.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addStage } from '../../src/config/add-stage.ts'
import { weirHere } from '../e2e/in-process.ts'
import { API, jsonOf, project, type RunJson } from '../e2e/rig.ts'

const ENTRY = { run: 'b.ts', deps: ['${a.b}', 'x'], params: ['as_of'], outs: [] }
const added = (text: string, name = 'b') => {
  const outcome = addStage(text, name, ENTRY)
  return outcome.ok ? outcome.text : outcome.problem.code
}
const BLOCK = `b:
  run: b.ts
  deps:
    - \${a.b}
    - x
  params:
    - as_of
`
const block = (column: number) => BLOCK.replace(/^(?=.)/gm, ' '.repeat(column))

describe('a stage in the text of pipeline.yaml', () => {
  it.each([
    ['stages:\n  a: { cmd: "true" } # said\n', `stages:\n  a: { cmd: "true" } # said\n${block(2)}`],
    [
      '# top\nstages:\n    a:\n        cmd: "true"\n',
      `# top\nstages:\n    a:\n        cmd: "true"\n${block(2).replaceAll('  ', '    ')}`,
    ],
    [
      'stages:\n  a:\n    cmd: a\n\n  c:\n    cmd: c\n',
      `stages:\n  a:\n    cmd: a\n\n  c:\n    cmd: c\n\n${block(2)}`,
    ],
    [
      'stages:\n  a: { cmd: a }\ncache: { link: copy }\n',
      `stages:\n  a: { cmd: a }\n${block(2)}cache: { link: copy }\n`,
    ],
    ['stages:\n  a: { cmd: a }', `stages:\n  a: { cmd: a }\n${block(2).trimEnd()}`],
    [
      'stages:\r\n  a:\r\n    cmd: a\r\n\r\n  c: { cmd: c }\r\n# end\r\n',
      `stages:\r\n  a:\r\n    cmd: a\r\n\r\n  c: { cmd: c }\r\n\r\n${block(2).replaceAll('\n', '\r\n')}# end\r\n`,
    ],
    [
      'stages:\r\n  a: { cmd: a }',
      `stages:\r\n  a: { cmd: a }\r\n${block(2).trimEnd().replaceAll('\n', '\r\n')}`,
    ],
    [
      'stages:\n  a:\n    cmd: a\n    deps:\n    - x\n',
      `stages:\n  a:\n    cmd: a\n    deps:\n    - x\n${block(2).replaceAll('      - ', '    - ')}`,
    ],
    ['', `stages:\n${block(2)}`],
    ['# to come\n', `# to come\nstages:\n${block(2)}`],
    ['stages: {}\n', `stages:\n${block(2)}`],
    ['stages: {}\r\ncache: {}\r\n', `stages:\r\n${block(2).replaceAll('\n', '\r\n')}cache: {}\r\n`],
    ['cache: { link: copy }\n', `cache: { link: copy }\nstages:\n${block(2)}`],
  ])('is written at the end of the stages of %j', (before, after) => {
    expect(added(before)).toBe(after)
  })

  it.each([
    ['stages:\n  b: { cmd: "true" }\n', 'STAGE_EXISTS'],
    ['stages:\n  other: { run: b.ts }\n', 'STAGE_EXISTS'],
    ['stages: { a: { cmd: "true" } }\n', 'BAD_VALUE'],
    ['stages: [\n', 'YAML_SYNTAX'],
  ])('is refused where it cannot be: %j', (before, code) => {
    expect(added(before)).toBe(code)
  })
})

const CELL = `
import { Type } from '@sinclair/typebox'
import { defineStage, folder, text } from '${API}'
export default defineStage({
  title: 'B',
  params: {
    as_of: Type.String(),
    drift: Type.Object({ threshold: Type.Number(), all: Type.Optional(Type.String()) }),
    more: Type.Optional(Type.String()),
  },
  inputs: { raw: folder('\${data.folder}'), again: folder('./raw/') },
  outputs: { out: text('out/b.txt') },
  run: ({ params, outputs }) => outputs.out.write(params.as_of),
})
`
const FILES = {
  'params.yaml': 'as_of: "1"\ndata: { folder: raw }\ndrift: { threshold: 1 }\n',
  'raw/a': '',
  'stages/b.ts': CELL,
  'pipeline.yaml': '# the pipeline\nstages:\n  a: { cmd: echo > a, outs: [a] } # first\n',
}

it('the entry of a cell is one that runs', async () => {
  const made = project(FILES)
  const end = await made.weir(['add', 'b.ts'], { cwd: 'stages' })
  expect([end.code, end.stdout]).toEqual([0, "added stage 'b' to pipeline.yaml\n"])
  expect(made.read('pipeline.yaml')).toBe(`${FILES['pipeline.yaml']}  b:
    run: stages/b.ts
    deps:
      - \${data.folder}
    params:
      - as_of
      - drift.threshold
    outs:
      - out/b.txt
`)
  expect(await made.outcomes()).toEqual({ a: 'ran', b: 'ran' })
  const again = await made.weir(['add', '--json', 'stages/b.ts'])
  expect(again.code).toBe(2)
  expect(jsonOf<RunJson>(again).errors).toMatchObject([
    { code: 'STAGE_EXISTS', place: { file: 'pipeline.yaml', line: 4 } },
  ])
})

it('what the pipeline would refuse is not written', async () => {
  const made = project(FILES)
  made.edit('stages/b.ts', 'out/b.txt', 'a')
  const end = await made.weir(['add', '--json', 'stages/b.ts'])
  expect(jsonOf<RunJson>(end).errors).toMatchObject([{ code: 'OUT_TWICE' }])
  made.edit('stages/b.ts', "out: text('a')", "out: text('b'), other: text('./b')")
  const twice = await made.weir(['add', '--json', 'stages/b.ts'])
  expect(jsonOf<RunJson>(twice).errors).toMatchObject([{ code: 'OUT_TWICE' }])
  expect((await made.weir(['add', 'stages/none.ts'])).stderr).toContain('DEP_MISSING')
  made.write({ 'stages/c.ts': 'export default 1\n' })
  expect((await made.weir(['add', 'stages/c.ts'])).stderr).toContain('CODE_BROKEN')
  expect(made.read('pipeline.yaml')).toBe(FILES['pipeline.yaml'])
})

describe('where there is no pipeline.yaml', () => {
  /** A folder that is in no other project. */
  function folder(cell: string): string {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'weir-add-')))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    mkdirSync(join(root, 'stages'))
    writeFileSync(join(root, 'package.json'), '{"type": "module"}')
    writeFileSync(join(root, 'stages', 'b.ts'), cell)
    return root
  }
  const begun = (root: string) =>
    [root, join(root, 'stages')].map((place) => readdirSync(place).includes('pipeline.yaml'))

  it('the first stage begins it, in the folder of package.json', async () => {
    const port = "{ kind: 'file', path: 'b.txt', input: (at) => at, output: (at) => at }"
    const root = folder(`import { writeFileSync } from 'node:fs'
export default { title: 'B', outputs: { out: ${port} }, run: ({ outputs }) => writeFileSync(outputs.out.path, 'x') }
`)
    const end = await weirHere(['add', 'b.ts'], join(root, 'stages'), process.env)
    expect([end.code, end.stderr]).toEqual([0, ''])
    const text = readFileSync(join(root, 'pipeline.yaml'), 'utf8')
    expect(text).toBe('stages:\n  b:\n    run: stages/b.ts\n    outs:\n      - b.txt\n')
    expect(begun(root)).toEqual([true, false])
    expect((await weirHere(['run'], root, process.env)).code).toBe(0)
    expect(readFileSync(join(root, 'b.txt'), 'utf8')).toBe('x')
  })

  it('a cell that is refused begins none', async () => {
    const root = folder('export default 1\n')
    const add = (file: string) => weirHere(['add', file], root, process.env)
    expect((await add('stages/b.ts')).stderr).toContain('CODE_BROKEN')
    expect((await add('stages/none.ts')).stderr).toContain('DEP_MISSING')
    expect(begun(root)).toEqual([false, false])
  })
})
