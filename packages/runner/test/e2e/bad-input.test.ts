// Bad input of configuration and command line: coded, at its place, with what to do, all at once, exit 2; nothing good is lost.
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import {
  API,
  type ErrorJson,
  jsonOf,
  type Project,
  pipeline,
  projectHere,
  type RunJson,
} from './rig.ts'

const GOOD = pipeline({
  a: { cmd: 'cp in.txt a', deps: ['in.txt'], params: ['n'], outs: ['a'] },
  b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
})
const PARAMS = '# knobs\nn: 3 # a count\ntrain:\n  rate: 0.5\n  name: "x" # quoted\n  on: true\n'

function good(): Project {
  return projectHere({ 'in.txt': 'x\n', 'params.yaml': PARAMS, 'pipeline.yaml': GOOD })
}

/** What \`weir run\`, \`status\`, \`explain\` and \`dag\` agree to refuse, after a good run of which nothing changes. */
async function refused(files: Record<string, string>): Promise<readonly ErrorJson[]> {
  const it = good()
  await it.run()
  const kept = it.contents('a', 'b', 'pipeline.lock')
  it.write(files)
  const written = it.contents('params.yaml', 'pipeline.yaml')
  const run = await it.run()
  expect(run.end.code, run.end.stderr).toBe(2)
  expect(run).toMatchObject({ stages: [], ok: false })
  for (const error of run.errors ?? []) {
    expect(run.end.stderr).toContain(`error[${error.code}]: ${error.message}`)
    expect(error.hint, error.message).toBeTruthy()
  }
  const others = [['status'], ['dag'], ['explain', 'a'], ['run', '--dry-run']]
  for (const end of await Promise.all(others.map((args) => it.weir([...args, '--json'])))) {
    expect(end.code).toBe(2)
    expect(jsonOf<RunJson>(end).errors).toEqual(run.errors)
  }
  expect(it.contents('a', 'b', 'pipeline.lock')).toEqual(kept)
  expect(it.contents('params.yaml', 'pipeline.yaml')).toEqual(written)
  return run.errors ?? []
}

const at = (line: number, col?: number): object => ({
  file: 'pipeline.yaml',
  line,
  ...(col !== undefined && { col }),
})

describe('pipeline.yaml', () => {
  test('YAML that is none, every place of it', async () => {
    const errors = await refused({
      'pipeline.yaml': 'stages:\n  a:\n    cmd: "x\n    outs: [a\n  b: : c\n',
    })
    expect(errors[0]).toMatchObject({ code: 'YAML_SYNTAX', place: { file: 'pipeline.yaml' } })
    expect(errors[0]?.place?.line).toBeGreaterThan(1)
  })

  test('unknown keys, each with the nearest known one, and wrong values, all at once', async () => {
    const errors = await refused({
      'pipeline.yaml': `stages:
  a:
    cmd: echo
    depz: [in.txt]
    out: [a]
  b:
    cmd: 7
    frozen: perhaps
  c:
    run: x.ts
    cmd: echo
`,
    })
    expect(errors.map(({ code, place }) => [code, place?.line, place?.col])).toEqual(
      expect.arrayContaining([
        ['UNKNOWN_KEY', 4, 5],
        ['UNKNOWN_KEY', 5, 5],
        ['BAD_VALUE', 7, 10],
        ['BAD_VALUE', 8, 13],
      ]),
    )
    const hints = errors.map(({ hint }) => hint)
    expect(hints).toContain("did you mean 'deps'?")
    expect(hints).toContain("did you mean 'outs'?")
  })

  test('the same mistake in two entries of a list, told at both', async () => {
    const errors = await refused({
      'pipeline.yaml':
        'stages:\n  a:\n    cmd: x\n    outs:\n      - o: {cahce: false}\n      - p: {cahce: false}\n',
    })
    expect(errors.map(({ code, place, hint }) => [code, place?.line, place?.col, hint])).toEqual([
      ['UNKNOWN_KEY', 5, 13, "did you mean 'cache'?"],
      ['UNKNOWN_KEY', 6, 13, "did you mean 'cache'?"],
    ])
  })

  test('an alias bomb', async () => {
    const lists = 'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(9)}]`)
    const started = performance.now()
    const errors = await refused({
      'pipeline.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${lists.join('\n')}\nstages: {}\n`,
    })
    expect(errors).toMatchObject([{ code: 'YAML_ALIASES', place: { file: 'pipeline.yaml' } }])
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  test('a cycle, named', async () => {
    const [error] = await refused({
      'pipeline.yaml': pipeline({
        first: { cmd: 'x', deps: ['c'], outs: ['a'] },
        second: { cmd: 'x', deps: ['a'], outs: ['b'] },
        third: { cmd: 'x', deps: ['b'], outs: ['c'] },
      }),
    })
    expect(error).toMatchObject({ code: 'CYCLE', place: at(2) })
    expect(error?.message).toMatch(/first -> third -> second -> first/)
  })

  test('two stages with one out, an out in another, a stage that reads its own out, an out outside', async () => {
    const errors = await refused({
      'pipeline.yaml': pipeline({
        a: { cmd: 'x', outs: ['o', 'dir'] },
        b: { cmd: 'x', outs: ['o'] },
        c: { cmd: 'x', outs: ['dir/inner'] },
        d: { cmd: 'x', deps: ['d'], outs: ['d'] },
        e: { cmd: 'x', outs: ['../e'] },
      }),
    })
    expect(errors.map(({ code, place }) => `${code} ${place?.line}`).sort()).toEqual([
      'DEP_IS_OUT 5',
      'OUT_OVERLAP 4',
      'OUT_TWICE 3',
      'PATH_OUTSIDE 6',
    ])
  })

  test('a params.yaml that is no YAML, or no map', async () => {
    expect(await refused({ 'params.yaml': 'n: [1\nm: 2\n' })).toMatchObject([
      { code: 'YAML_SYNTAX', place: { file: 'params.yaml' } },
    ])
    expect((await refused({ 'params.yaml': '- 1\n' }))[0]).toMatchObject({ code: 'BAD_VALUE' })
  })

  test.each([
    ['empty', ''],
    ['null', 'stages:\n'],
    ['a list', '- a\n'],
    ['a text', 'hello\n'],
    ['control characters', 'stages: \u0000\u0001\n'],
  ])('that is %s', async (_, text) => {
    const errors = await refused({ 'pipeline.yaml': text })
    expect(errors.length).toBeGreaterThan(0)
    expect(errors[0]?.place?.file).toBe('pipeline.yaml')
  })

  test('with no stage at all there is nothing to do', async () => {
    const it = projectHere({ 'pipeline.yaml': 'stages: {}\n' })
    expect(await it.run()).toMatchObject({ stages: [], ok: true })
    for (const args of [['status'], ['dag'], ['run', '--dry-run']])
      expect((await it.weir(args)).code).toBe(0)
  })

  test('without one, below no folder that has one', async () => {
    const it = projectHere({})
    // Not in the project's own folder: above that there is a pipeline, the one of this repository.
    const end = await it.weir(['run', '--json'], { cwd: tmpdir() })
    expect(end.code).toBe(2)
    expect(jsonOf<RunJson>(end).errors).toMatchObject([{ code: 'NO_PROJECT' }])
  })

  test('text for people has the line and a caret under the place', async () => {
    const it = projectHere({ 'pipeline.yaml': 'stages:\n  a:\n    cmd: echo\n    outz: [a]\n' })
    const end = await it.weir(['run'])
    expect(end.code).toBe(2)
    expect(end.stdout).toBe('')
    expect(end.stderr).toContain('  --> pipeline.yaml:4:5\n  4 |     outz: [a]\n    |     ^\n')
  })
})

describe('what is no file in the place of one', () => {
  test.each([
    ['pipeline.lock', 'a folder', (path: string) => mkdirSync(path)],
    ['pipeline.lock', 'a link to itself', (path: string) => symlinkSync('pipeline.lock', path)],
    ['pipeline.lock', 'a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['params.yaml', 'a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ] as const)('%s as %s is told by every command', async (file, _, make) => {
    const it = projectHere({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] } }) })
    make(it.path(file))
    for (const command of [['run'], ['status'], ['explain', 'a'], ['run', '--dry-run']]) {
      const end = await it.weir([...command, '--json'])
      expect(end.code).not.toBe(0)
      expect(jsonOf<RunJson>(end).errors).toHaveLength(1)
      expect(end.stderr).toContain(file)
    }
  })
})

describe('-S', () => {
  test.each([
    ['an unknown key', ['-S', 'train.rte=1'], 'PARAM_MISSING', 'train.rate'],
    ['a text for a number', ['-S', 'n=many'], 'PARAM_TYPE', ''],
    ['a number for a truth', ['-S', 'train.on=3'], 'PARAM_TYPE', ''],
    ['a number for a map', ['-S', 'train=3'], 'PARAM_TYPE', ''],
    ['no value', ['-S', 'n'], 'USAGE', ''],
    ['no key', ['-S', '=3'], 'USAGE', ''],
    ['a good one beside a bad one', ['-S', 'n=4', '-S', 'm=4'], 'PARAM_MISSING', ''],
  ])('%s: refused, params.yaml untouched, nothing run', async (_, args, code, near) => {
    const it = good()
    const run = await it.run(...args)
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([{ code }])
    expect(run.errors?.[0]?.hint).toContain(near)
    expect(it.read('params.yaml')).toBe(PARAMS)
    expect(it.has('a')).toBe(false)
  })

  test('what a cell refuses is said once for all stages, and that params.yaml was not changed', async () => {
    const cell = `import { Type } from '@sinclair/typebox'
import { defineStage } from '${API}'
export default defineStage({ title: 'Counts', params: Type.Object({ n: Type.Integer({ minimum: 1 }) }), run() {} })
`
    const stage = (file: string) => ({ run: file, params: ['n'] })
    const it = projectHere({
      'params.yaml': PARAMS,
      'stages/one.ts': cell,
      'stages/two.ts': cell,
      'pipeline.yaml': pipeline({ a: stage('stages/one.ts'), b: stage('stages/two.ts') }),
    })
    const end = await it.weir(['run', '-S', 'n=0'])
    expect(end.code).toBe(2)
    expect(end.stderr.split('error[')).toHaveLength(2)
    expect(end.stderr).toContain('error[PARAM_TYPE]')
    expect(end.stderr).toContain('\n  the same in: b\nparams.yaml was not changed\n')
    expect(it.read('params.yaml')).toBe(PARAMS)
    expect((await it.run('-S', 'n=0')).errors).toHaveLength(2)
  })

  test('several bad ones are told at once', async () => {
    const run = await good().run('-S', 'n=x', '-S', 'm=1', '-S', 'train.on=7')
    expect(run.errors?.map(({ code }) => code)).toEqual([
      'PARAM_TYPE',
      'PARAM_MISSING',
      'PARAM_TYPE',
    ])
  })

  test('without a params.yaml, and with one that is no YAML', async () => {
    const none = projectHere({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo > a', outs: ['a'] } }) })
    expect((await none.run('-S', 'n=1')).errors).toMatchObject([{ code: 'PARAM_MISSING' }])
    expect(none.has('params.yaml')).toBe(false)
    const it = good()
    it.write({ 'params.yaml': 'n: [\n' })
    const bad = await it.run('-S', 'n=1')
    expect(bad.end.code).toBe(2)
    expect(bad.errors?.[0]).toMatchObject({ code: 'YAML_SYNTAX' })
    expect(it.read('params.yaml')).toBe('n: [\n')
  })

  test('a value with which the project does not load is taken back', async () => {
    const it = good()
    it.edit('pipeline.yaml', '"deps":["in.txt"]', '"deps":["${train.name}"]')
    it.write({ x: 'x\n' })
    await it.run()
    const before = it.contents('params.yaml', 'pipeline.lock', 'a')
    const run = await it.run('-S', 'train.name=gone.txt')
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([{ code: 'DEP_MISSING' }])
    expect(it.contents('params.yaml', 'pipeline.lock', 'a')).toEqual(before)
  })
})

describe('the command line', () => {
  test.each([
    [['run', '--unitl', 'a'], 'did you mean --until?'],
    [['run', '--jobs', '0'], 'for example --jobs'],
    [['run', '--jobs', 'many'], 'for example --jobs'],
    [['run', '--only', 'a', '--until', 'b'], 'choose one'],
    [['run', '--until'], ''],
    [['status', '--force'], ''],
    [['explain'], 'weir explain train'],
    [['explain', 'a', 'b'], 'weir explain train'],
  ])('%j', async (args, hint) => {
    const it = good()
    const end = await it.weir([...args, '--json'])
    expect(end.code).toBe(2)
    const [error] = jsonOf<RunJson>(end).errors ?? []
    expect(error?.code).toBe('USAGE')
    expect(error?.hint).toContain(hint)
    expect(it.has('a')).toBe(false)
  })

  test.each([
    [['run', '--until', 'aa']],
    [['status', 'aa']],
    [['explain', 'aa']],
    [['dag', 'aa']],
    [['aa']],
  ])('%j names no stage', async (args) => {
    const end = await good().weir([...args, '--json'])
    expect(end.code).toBe(2)
    expect(jsonOf<RunJson>(end).errors).toMatchObject([
      { code: 'UNKNOWN_STAGE', hint: "did you mean 'a'?" },
    ])
  })
})
