// -S: checked before it is written, written before a stage starts, put back where no stage takes it; and only foreseen.
import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  API,
  controlled,
  jsonOf,
  outcomesOf,
  type Project,
  pipeline,
  project,
  projectHere,
  type RunJson,
} from './rig.ts'

const PARAMS = '# knobs\nmonth: "2024-01" # the period\nrate: 0.5\nother: 1\n'

/** `first` refuses every month but two, `cell` a rate of 9; its schema wants a positive one. `free` looks at no param. */
function months(make = projectHere): Project {
  return make({
    'params.yaml': PARAMS,
    'stages/cell.ts': `import { Type } from '@sinclair/typebox'
import { defineStage, StageError, text } from '${API}'
export default defineStage({
  title: 'C',
  params: Type.Object({ rate: Type.Number({ minimum: 0 }) }),
  outputs: { rate: text('cell') },
  async run({ outputs, params }) {
    if (params.rate === 9) throw new StageError('RATE_UNKNOWN', 'no rate of 9', { param: 'rate' })
    await outputs.rate.write(String(params.rate))
  },
})
`,
    'pipeline.yaml': pipeline({
      free: { cmd: 'echo free > free', outs: ['free'] },
      first: {
        cmd: 'case ${month} in 2024-01|2024-02) echo ${month} > first;; *) exit 7;; esac',
        outs: ['first'],
      },
      second: { cmd: 'test ${other} = 1 && cp first second', deps: ['first'], outs: ['second'] },
      cell: { run: 'stages/cell.ts', params: ['rate'], outs: ['cell'] },
    }),
  })
}

const fileOf = (it: Project) => ({
  text: it.read('params.yaml'),
  ino: statSync(it.path('params.yaml')).ino,
})

describe('a value that is wrong', () => {
  test.each([
    ['of the cell’s schema', ['-S', 'rate=-1'], 'PARAM_TYPE'],
    ['beside a good one', ['-S', 'month=2024-02', '-S', 'rate=-1'], 'PARAM_TYPE'],
    ['with a stage that there is not', ['-S', 'rate=1', '--until', 'nobody'], 'UNKNOWN_STAGE'],
  ])('by the check %s is never written', async (_, args, code) => {
    const it = months()
    const before = fileOf(it)
    const run = await it.run(...args)
    expect([run.end.code, run.errors?.map((error) => error.code)]).toEqual([2, [code]])
    expect(fileOf(it)).toEqual(before)
    expect(it.has('free')).toBe(false)
  })

  test('by a stage that names the param is put back to the byte, and the run says so', async () => {
    const it = months()
    await it.run()
    it.remove('free')
    const run = await it.run('-S', 'rate=9')
    expect(run.end.code).toBe(1)
    expect(outcomesOf(run)).toMatchObject({ free: 'restored', cell: 'failed' })
    expect(it.read('params.yaml')).toBe(PARAMS)
    expect(run.end.stderr).toContain('warning: params.yaml is as it was before')
    expect(run).toMatchObject({
      warnings: [{ message: expect.stringContaining('-S rate=9') as string }],
    })
    expect(await it.states()).toEqual({
      free: 'fresh',
      first: 'fresh',
      second: 'fresh',
      cell: 'fresh',
    })
  })

  test('by a stage that fails for any other reason stays: what is wrong may be mended beside it', async () => {
    const it = months()
    const run = await it.run('-S', 'month=2024-03')
    expect(outcomesOf(run)).toMatchObject({ first: 'failed', second: 'skipped' })
    expect(it.read('params.yaml')).toBe(PARAMS.replace('2024-01', '2024-03'))
    expect(run).not.toHaveProperty('warnings')
  })

  test('but edited by a person meanwhile stays as that person left it', async () => {
    const it = projectHere({
      'params.yaml': 'n: 1\n',
      'stages/cell.ts': `import { Type } from '@sinclair/typebox'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { defineStage, StageError, text } from '${API}'
export default defineStage({
  title: 'C',
  params: Type.Object({ n: Type.Number() }),
  outputs: { a: text('a') },
  async run({ log }) {
    log('asked')
    while (!existsSync('answered')) await setTimeout(10)
    throw new StageError('N_UNKNOWN', 'no such n', { param: 'n' })
  },
})
`,
      'pipeline.yaml': pipeline({ a: { run: 'stages/cell.ts', params: ['n'], outs: ['a'] } }),
    })
    const running = it.start(['run', '-S', 'n=2'])
    await running.said('[a] asked')
    expect(it.read('params.yaml')).toBe('n: 2\n')
    it.write({ 'params.yaml': 'n: 3\n', answered: '' })
    expect((await running.ended).code).toBe(1)
    expect(it.read('params.yaml')).toBe('n: 3\n')
  })
})

test('a run that is killed in its first stage leaves the file whole, and the next run goes on with it', async () => {
  const it = projectHere({
    'params.yaml': 'n: 1\n',
    'pipeline.yaml': pipeline({ a: { cmd: `${controlled('a')} # \${n}`, outs: ['a'] } }),
  })
  await it.listen()
  const running = it.start(['run', '-S', 'n=2'])
  const stage = await it.nextInvocation('a')
  running.kill('SIGKILL')
  await running.ended
  expect(it.read('params.yaml')).toBe('n: 2\n')
  const again = it.run()
  await stage.gone
  ;(await it.nextInvocation('a')).exit(0, { a: 'x' })
  expect(outcomesOf(await again)).toEqual({ a: 'ran' })
})

test('two runs at once both have their settings in the file', async () => {
  const it = months(project)
  const runs = await Promise.all([it.run('-S', 'month=2024-02'), it.run('-S', 'rate=0.25')])
  expect(runs.map((run) => run.end.code)).toEqual([0, 0])
  expect(it.read('params.yaml')).toBe(PARAMS.replace('2024-01', '2024-02').replace('0.5', '0.25'))
})

describe('foreseen', () => {
  test('with --dry-run, status and explain: told as if it stood in the file, and nothing is written', async () => {
    const it = months()
    await it.run()
    const kept = it.contents('pipeline.lock', 'free', 'first', 'second', 'cell')
    const before = fileOf(it)
    const told = async <T>(...args: string[]): Promise<T> => {
      const end = await it.weir([...args, '-S', 'month=2024-02', '--json'])
      expect(end.code, end.stderr).toBe(0)
      return jsonOf<T>(end)
    }
    const plan = await told<{ stages: { name: string; would: string }[] }>('run', '--dry-run')
    const would = Object.fromEntries(plan.stages.map((stage) => [stage.name, stage.would]))
    expect(would).toEqual({ free: 'keep', first: 'run', second: 'run', cell: 'keep' })
    const status = await told<{ stages: { name: string; state: string }[] }>('status', 'first')
    expect(status.stages).toMatchObject([{ name: 'first', state: 'stale' }])
    const explained = await told<{ reasons: string[] }>('explain', 'first')
    expect(explained.reasons[0]).toContain('2024-02')
    expect(fileOf(it)).toEqual(before)
    expect(it.contents('pipeline.lock', 'free', 'first', 'second', 'cell')).toEqual(kept)
    expect(await it.states()).toMatchObject({ first: 'fresh' })
  })

  test('a stage that reads params.yaml itself would run', async () => {
    const it = projectHere({
      'params.yaml': 'n: 1\n',
      'pipeline.yaml': pipeline({
        a: { cmd: 'cp params.yaml a', deps: ['params.yaml'], outs: ['a'] },
      }),
    })
    await it.run()
    expect(await it.states()).toEqual({ a: 'fresh' })
    expect(await it.states('-S', 'n=2')).toEqual({ a: 'stale' })
    expect(it.read('params.yaml')).toBe('n: 1\n')
  })

  test('a wrong one is refused, or the problem of its stage', async () => {
    const it = months()
    const unknown = await it.weir(['status', '-S', 'mont=1', '--json'])
    expect(unknown.code).toBe(2)
    expect(jsonOf<RunJson>(unknown).errors).toMatchObject([{ code: 'PARAM_MISSING' }])
    const end = await it.weir(['run', '--dry-run', '-S', 'rate=-1', '--json'])
    expect(end.code).toBe(2)
    const problem = { code: 'PARAM_TYPE', place: { file: 'params.yaml', line: 3, col: 7 } }
    expect(jsonOf<RunJson>(end)).toMatchObject({
      ok: false,
      stages: [{}, {}, {}, { name: 'cell', would: 'fail', problems: [problem] }],
    })
    expect(it.read('params.yaml')).toBe(PARAMS)
  })
})
