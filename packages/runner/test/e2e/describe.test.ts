// What cells say of themselves before they run: loaded in a child, once for each state of their code, never in the runner.

import { lifeOf, nameOf } from '@weir/base/process'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { API, jsonOf, type Project, pipeline, project, type StatusJson } from './rig.ts'

/** A sound cell that writes OUT; `top` stands at the top level of its module, which writes into `loads` each time it is loaded. */
function source(top = '', params = 'Type.Object({ n: Type.Integer({ minimum: 1 }) })'): string {
  return `import { appendFileSync } from 'node:fs'
import { Type } from '@sinclair/typebox'
import { defineStage, text } from '${API}'
appendFileSync(process.env.WEIR_ROOT + '/loads', process.env.WEIR_STAGE ? 'run ' : 'described ')
${top}
export default defineStage({
  title: 'A cell',
  params: ${params},
  outputs: { out: text('OUT') },
  run: ({ stage, outputs }) => outputs.out.write(stage),
})
`
}

/** False for a process that has ended, also where nobody has asked for its exit code yet. */
function isAlive(pid: number): boolean {
  return lifeOf(nameOf(pid)) === 'alive'
}

/** Stages a, b, … of a cell each, in the order of their sources; OUT is the output of the stage. */
function cells(...sources: string[]): Project {
  const names = sources.map((_, index) => String.fromCharCode(97 + index))
  return project({
    'params.yaml': 'n: 3\n',
    ...Object.fromEntries(
      sources.map((text, index) => [
        `stages/${names[index]}.ts`,
        text.replace('OUT', `${names[index]}.txt`),
      ]),
    ),
    'pipeline.yaml': pipeline(
      Object.fromEntries(
        names.map((name) => [
          name,
          { run: `stages/${name}.ts`, params: ['n'], outs: [`${name}.txt`] },
        ]),
      ),
    ),
  })
}

async function statusOf(it: Project): Promise<StatusJson['stages']> {
  const end = await it.weir(['status', '--json'])
  expect(end.code).toBe(0)
  return jsonOf<StatusJson>(end).stages
}

describe('params in the form of the README', () => {
  test('are checked before any stage starts, at their place', async () => {
    const it = cells(source(), source('', 'Type.Object({ n: Type.String() })'))
    const run = await it.run()
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([
      { code: 'PARAM_TYPE', place: { file: 'params.yaml', line: 1, col: 4 } },
    ])
    expect(run.errors?.[0]?.message).toBe("stage 'b': param n: expected a string, found 3")
    expect([it.has('a.txt'), it.has('pipeline.lock')]).toEqual([false, false])
    expect(await statusOf(it)).toMatchObject([
      { name: 'a', state: 'missing' },
      {
        name: 'b',
        state: 'broken',
        reasons: [expect.stringContaining('param n: expected a string, found 3')],
      },
    ])
  })

  test('of several cells may have schemas of one name, and each is checked by its own', async () => {
    const named = (maximum: number): string =>
      source('', `Type.Object({ n: Type.Integer({ maximum: ${maximum} }) }, { $id: 'Params' })`)
    const it = cells(named(3), named(2), named(1))
    const { errors } = await it.run()
    expect(errors?.map(({ message }) => message)).toEqual([
      "stage 'b': param n: expected an integer of at most 2, found 3",
      "stage 'c': param n: expected an integer of at most 1, found 3",
    ])
  })

  test('of fixed values are told with those that there are, and the nearest', async () => {
    const kinds = "Type.Union([Type.Literal('mlp'), Type.Literal('logistic')])"
    const it = cells(source('', `Type.Object({ n: ${kinds} })`))
    it.write({ 'params.yaml': '# which\nn: logistc\n' })
    const run = await it.run()
    expect(run.end.code).toBe(2)
    expect(run.errors).toEqual([
      {
        code: 'PARAM_TYPE',
        message: `stage 'a': param n: expected mlp or logistic, found "logistc"`,
        place: { file: 'params.yaml', line: 2, col: 4 },
        hint: "did you mean 'logistic'?",
      },
    ])
    const set = await it.weir(['run', '-S', 'n=tree'])
    expect(set.stderr).toContain('param n: expected mlp or logistic, found "tree"')
  })

  test('a separate export is not read', async () => {
    const it = cells(`export const params = { type: 'string' }\n${source()}`)
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })
})

describe('a description', () => {
  test('is made once for a state of the code, by status or by run', async () => {
    const it = cells(source(), source())
    expect(await it.states()).toEqual({ a: 'missing', b: 'missing' })
    expect(it.read('loads')).toBe('described described ')
    expect(await it.outcomes()).toEqual({ a: 'ran', b: 'ran' })
    expect(it.read('loads')).toBe('described described run run ')
    it.edit('stages/a.ts', 'import {', '// a comment\nimport {')
    it.edit('params.yaml', 'n: 3', 'n: 4')
    expect(await it.outcomes()).toEqual({ a: 'ran', b: 'ran' })
    expect(await it.states()).toEqual({ a: 'fresh', b: 'fresh' })
    expect(it.read('loads')).toBe('described described run run run run ')
    it.edit('stages/a.ts', "title: 'A cell'", "title: 'Another'")
    expect(await it.states()).toEqual({ a: 'stale', b: 'fresh' })
    expect(it.read('loads')).toBe('described described run run run run described ')
  })

  test('leaves nothing behind, and its output reaches nobody', async () => {
    const it = cells(source("console.log('said at load'); console.error('told at load')"))
    const end = await it.weir(['status', '--json'])
    expect(jsonOf<StatusJson>(end).stages).toMatchObject([{ state: 'missing' }])
    expect(end.stdout + end.stderr).not.toMatch(/(said|told) at load/)
    expect(it.files('.weir/cells').filter((path) => path.includes('description'))).toEqual([])
    const run = await it.run()
    expect(run.ok).toBe(true)
  })

  test('loads no package of which the cell uses nothing', async () => {
    const it = cells(`import { small } from '../helper.ts'\n${source('small()')}`)
    it.write({
      'helper.ts':
        "import loud from 'loud'\nexport const large = () => loud()\nexport const small = () => 1\n",
      'node_modules/loud/package.json': '{"name": "loud", "type": "module", "main": "./index.js"}',
      'node_modules/loud/index.js':
        "import { appendFileSync } from 'node:fs'\nappendFileSync(process.env.WEIR_ROOT + '/loads', 'loud ')\nexport default 1\n",
    })
    expect(await it.states()).toEqual({ a: 'missing' })
    expect(it.read('loads')).toBe('described ')
  })

  test('finds packages and aliases as the cell that runs', async () => {
    const it = cells(`import { helper } from '#lib/helper.ts'\n${source('helper()')}`)
    it.write({
      'package.json': '{"type": "module", "imports": {"#lib/*": "./lib/*"}}',
      'lib/helper.ts': 'export const helper = (): number => 1\n',
    })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })
})

describe('a cell that cannot be loaded', () => {
  const BROKEN: [string, string, string][] = [
    ['throws', source("throw new Error('at load')"), 'cannot be loaded: at load'],
    ['throws nothing', source('throw undefined'), 'cannot be loaded: undefined'],
    ['ends its process', source('process.exit(0)'), 'it ended its process (process.exit'],
    ['ends it with a code', source('process.exit(3)'), 'it ended its process with code 3'],
    ['waits for ever', source('await new Promise(() => {})'), 'top-level await'],
    ['rejects', source("void Promise.reject(new Error('lost'))"), 'cannot be loaded: lost'],
    ['has no default export', 'export const a = 1\n', 'its default export is missing'],
    ['has none with a run', 'export default { title: 1 }\n', 'has no run function'],
    ['has a title that is none', source().replace("'A cell'", '5'), 'is no text'],
    ['has params that are none', source('', '7'), 'are no JSON Schema'],
    ['has params that ajv refuses', source('', "{ type: 'nothing' }"), 'are no JSON Schema: '],
    [
      'needs a package that is gone',
      source("import gone from 'not-here'\ngone()"),
      "'not-here' is not installed",
    ],
    [
      'writes rubbish into its channel',
      source("import { writeSync } from 'node:fs'\nwriteSync(3, 'rubbish')"),
      'it is not a line of JSON',
    ],
    [
      'closes its channel',
      source(";(await import('node:fs')).closeSync(3)"),
      'it ended its process with code 1',
    ],
  ]

  test.each(
    BROKEN,
  )('one that %s: its stage is broken, and the others are not', async (_, top, says) => {
    const it = cells(source(), top, source())
    const stages = await statusOf(it)
    expect(stages.map(({ state }) => state)).toEqual(['missing', 'broken', 'missing'])
    expect(stages[1]?.reasons.join()).toContain(says)
    const run = await it.run()
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([{ code: 'CODE_BROKEN', place: { file: 'stages/b.ts' } }])
    expect(run.errors?.[0]?.message).toContain(says)
    expect(it.has('a.txt')).toBe(false)
    expect(await it.outcomes('--only', 'a', '--only', 'c')).toEqual({ a: 'ran', c: 'ran' })
  })

  test('the place is the line that threw', async () => {
    const it = cells(source("\nthrow new Error('at load')"))
    const { errors } = await it.run()
    expect(errors).toMatchObject([{ place: { file: 'stages/a.ts', line: 6, col: 7 } }])
  })

  test('or the line of the helper that threw, also of what nobody catches', async () => {
    const lib = "const a = 1\nexport const bad = (): never => { throw new Error('deep') }\n"
    const it = cells(
      source("import { bad } from './lib.ts'\nbad()"),
      source("import { bad } from './lib.ts'\nvoid (async () => bad())()"),
    )
    it.write({ 'stages/lib.ts': lib })
    const { errors } = await it.run()
    const place = { file: 'stages/lib.ts', line: 2, col: 41 }
    expect(errors).toMatchObject([{ place }, { place }])
  })

  test('with --keep-going it fails, and the others run', async () => {
    const it = cells(source(), source("throw new Error('at load')"), source())
    const run = await it.run('--keep-going')
    expect(run.end.code).toBe(1)
    expect(run.stages.map(({ outcome }) => outcome)).toEqual(['ran', 'failed', 'ran'])
    expect(run.stages[1]?.error).toMatchObject({ code: 'CODE_BROKEN' })
  })

  test('an open timer is left where it is', async () => {
    const it = cells(source('setInterval(() => {}, 1000)'), source())
    expect(await it.states()).toEqual({ a: 'missing', b: 'missing' })
    expect(await it.outcomes()).toEqual({ a: 'ran', b: 'ran' })
  })

  test('a mended cell is described again', async () => {
    const it = cells(source("if (process.env.BAD) throw new Error('bad')"))
    const end = await it.weir(['run', '--json'], { env: { BAD: '1' } })
    expect(end.code).toBe(2)
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })

  test('secrets are not there when a cell is described, and are when it runs', async () => {
    const it = cells(
      source(
        'if (process.env.TOKEN && !process.env.WEIR_STAGE) throw new Error(process.env.TOKEN)',
      ),
    )
    it.edit('pipeline.yaml', '"params"', '"env":{"TOKEN":{"secret":true}},"params"')
    const end = await it.weir(['run', '--json'], { env: { TOKEN: 'hunter2hunter2' } })
    expect([end.code, end.stdout.includes('hunter2')]).toEqual([0, false])
  })

  test('a cell that never lets go of the processor does not outlive a killed runner', async () => {
    const it = cells(source("appendFileSync('pid', String(process.pid)); for (;;);"))
    const status = it.start(['status'])
    await vi.waitUntil(() => it.has('pid') && it.read('pid') !== '', { timeout: 30_000 })
    const pid = Number(it.read('pid'))
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    })
    expect(isAlive(pid)).toBe(true)
    status.kill('SIGKILL')
    await vi.waitUntil(() => !isAlive(pid), { timeout: 15_000 })
  })

  test('an interrupt ends the description', async () => {
    const it = cells(source('await new Promise(() => setInterval(() => {}, 1000))'))
    const run = it.start(['run', '--json'])
    while (!it.has('loads')) await new Promise(setImmediate)
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
  })
})

test('a stage that declares its params no more is checked again', async () => {
  const it = cells(source())
  expect(await it.outcomes()).toEqual({ a: 'ran' })
  it.edit('pipeline.yaml', '"n"', '')
  const { end, errors } = await it.run()
  expect(errors).toMatchObject([{ code: 'PARAM_MISSING' }])
  expect(end.code).toBe(2)
})
