// A stage that cannot run (a missing file or param, a number that cannot be kept) is that stage's problem and no other's.
import { describe, expect, test } from 'vitest'
import { type ErrorJson, type Files, jsonOf, pipeline, projectHere, type RunJson } from './rig.ts'

interface Told {
  readonly name: string
  readonly state?: string
  readonly would?: string
  readonly reasons?: readonly string[]
  readonly problems?: readonly ErrorJson[]
}

/** A project whose stage `bad` cannot run, beside one that can and one that follows it. */
function withBad(bad: object, files: Files = {}, more: Readonly<Record<string, object>> = {}) {
  return projectHere({
    'in.txt': 'x\n',
    'params.yaml': '# knobs\nn: 3\ntrain:\n  rate: 0.5\n  far: [1, .inf]\n',
    'pipeline.yaml': pipeline({
      good: { cmd: 'cp in.txt good', deps: ['in.txt'], params: ['n'], outs: ['good'] },
      bad: { cmd: 'echo bad > bad', outs: ['bad'], ...bad },
      after: { cmd: 'cp bad after', deps: ['bad'], outs: ['after'] },
      ...more,
    }),
    ...files,
  })
}

const at = (line: number, col?: number): object => ({
  file: 'pipeline.yaml',
  line,
  ...(col && { col }),
})
const INF = { code: 'BAD_VALUE', place: { file: 'params.yaml', line: 5, col: 12 } }

/** What is wrong with `bad`, each with the code and the place that it is told with. */
const CASES: readonly [string, object, Files, readonly object[]][] = [
  [
    'missing files',
    { deps: ['gone', 'in.txt', 'lost'] },
    {},
    ['gone', 'lost'].map((path) => ({
      code: 'DEP_MISSING',
      message: `stage 'bad' needs '${path}', which does not exist and which no stage makes`,
      place: at(3),
    })),
  ],
  [
    'a missing cell',
    { cmd: undefined, run: 'stages/gone.ts' },
    {},
    [{ code: 'DEP_MISSING', place: at(3) }],
  ],
  ['a missing fact', { when: 'gone.json:x' }, {}, [{ code: 'DEP_MISSING', place: at(3) }]],
  [
    'missing params',
    { params: ['m', 'train.rat'] },
    {},
    [
      { code: 'PARAM_MISSING', place: at(3) },
      { code: 'PARAM_MISSING', place: at(3), hint: "did you mean 'train.rate'?" },
    ],
  ],
  [
    'expressions of missing params',
    { deps: ['${no}'], outs: ['bad', '${train.rat}'] },
    {},
    [
      { code: 'TEMPLATE', place: at(3), hint: "did you mean 'rate'?" },
      { code: 'TEMPLATE', place: at(3), hint: "did you mean 'n'?" },
    ],
  ],
  [
    'a params file that is absent',
    { params: [{ 'p.yaml': ['k'] }] },
    {},
    [{ code: 'PARAM_MISSING' }],
  ],
  [
    'a params file that is no YAML',
    { params: [{ 'p.yaml': ['k'] }] },
    { 'p.yaml': 'k: [1\n' },
    [{ code: 'YAML_SYNTAX', place: { file: 'p.yaml', line: 2 } }],
  ],
  [
    'a params file that is no map',
    { params: [{ 'p.yaml': ['k'] }] },
    { 'p.yaml': '- 1\n' },
    [{ code: 'BAD_VALUE', place: { file: 'p.yaml', line: 1 } }],
  ],
  ['a number that cannot be kept', { params: ['train'] }, {}, [INF]],
  ['such a number in an expression', { cmd: 'echo ${train.far.1} > bad' }, {}, [INF]],
  ['such a number in a condition', { when: '${train.far[1]} == 1' }, {}, [INF]],
  ['a scheme that nothing resolves', { deps: ['ftp://host/x'] }, {}, [{ code: 'UNKNOWN_SCHEME' }]],
]

describe.each(CASES)('%s', (_, bad, files, problems) => {
  test('is told by every command, and stops none but a run of that stage', async () => {
    const it = withBad(bad, files)
    const run = await it.run()
    expect([run.end.code, run.ok, run.stages]).toEqual([2, false, []])
    expect(run.errors).toMatchObject(problems)
    for (const { code, message, hint } of run.errors ?? []) {
      expect(hint).toBeTruthy()
      expect(run.end.stderr).toContain(`error[${code}]: ${message}`)
    }
    expect(it.has('good')).toBe(false)
    expect(it.has('pipeline.lock')).toBe(false)

    const told = async (args: readonly string[], code = 0): Promise<readonly Told[]> => {
      const end = await it.weir([...args, '--json'])
      expect(end.code, end.stderr).toBe(code)
      expect(end.stderr).toContain(`error[${run.errors?.[0]?.code}]`)
      const json = jsonOf<{ stages?: Told[] } & Told>(end)
      return json.stages ?? [json]
    }
    const broken = {
      name: 'bad',
      state: 'broken',
      reasons: run.errors?.map(({ code, message }) => `${code}: ${message}`),
      problems: run.errors,
    }
    const after = { name: 'after', state: 'broken', reasons: ['bad cannot run'] }
    expect(await told(['status'])).toEqual([
      expect.objectContaining({ state: 'missing' }),
      broken,
      after,
    ])
    expect((await told(['run', '--dry-run'], 2)).map(({ would }) => would)).toEqual([
      'run',
      'fail',
      'skip',
    ])
    expect(await told(['explain', 'bad'])).toMatchObject([broken])
    expect((await told(['dag'])).map((stage) => stage.problems)).toEqual([
      undefined,
      run.errors,
      undefined,
    ])

    expect(await it.outcomes('--until', 'good')).toEqual({ good: 'ran' })
    const going = await it.run('--keep-going')
    expect(going.end.code).toBe(1)
    expect(going.stages).toMatchObject([
      { name: 'good', outcome: 'cached' },
      { name: 'bad', outcome: 'failed', error: run.errors?.[0] },
      { name: 'after', outcome: 'skipped', reasons: ['bad failed'] },
    ])
    for (const { code, message } of run.errors ?? [])
      expect(going.end.stderr).toContain(`error[${code}]: ${message}`)
    expect(it.has('bad')).toBe(false)
  })
})

test('problems of several stages are told at once, one that they share once', async () => {
  const it = withBad(
    { params: [{ 'p.yaml': ['k'] }, 'm'] },
    { 'p.yaml': 'k: [1\n' },
    { other: { cmd: 'x', deps: ['gone'], params: [{ 'p.yaml': ['k'] }] } },
  )
  const run = await it.run()
  expect(run.errors?.map(({ code }) => code)).toEqual([
    'PARAM_MISSING',
    'YAML_SYNTAX',
    'DEP_MISSING',
  ])
})

test('a stage that is off needs nothing, and neither does what is skipped with it', async () => {
  const it = withBad(
    { when: '${n} == 4', deps: ['gone', '${no}'], params: ['m'] },
    {},
    { last: { cmd: 'cp after last', deps: ['after', 'lost'], outs: ['last'] } },
  )
  const skipped = { good: 'ran', bad: 'skipped', after: 'skipped', last: 'skipped' }
  expect(await it.outcomes()).toEqual(skipped)
  expect(await it.states()).toEqual({ ...skipped, good: 'fresh' })
  expect((await it.run('-S', 'n=4')).errors?.map(({ code }) => code)).toEqual([
    'TEMPLATE',
    'PARAM_MISSING',
    'DEP_MISSING',
    'DEP_MISSING',
  ])
})

test('a frozen stage has no need of its dependencies', async () => {
  const it = withBad({ deps: ['in.txt'] })
  await it.run()
  it.edit(
    'pipeline.yaml',
    '"outs":["bad"],"deps":["in.txt"]',
    '"outs":["bad"],"deps":["gone"],"frozen":true',
  )
  expect(await it.outcomes()).toEqual({ good: 'cached', bad: 'cached', after: 'cached' })
})

test('with --keep-going a file that comes in time is there', async () => {
  const it = withBad({ deps: ['late', 'good'] }, {})
  it.edit('pipeline.yaml', 'cp in.txt good', 'cp in.txt late; cp in.txt good')
  expect((await it.run()).errors).toMatchObject([{ code: 'DEP_MISSING' }])
  expect(await it.outcomes('--keep-going')).toEqual({ good: 'ran', bad: 'ran', after: 'ran' })
})

test('params of a cell that do not fit its schema fail that stage alone with --keep-going', async () => {
  const it = withBad(
    { cmd: undefined, run: 'stages/bad.ts', params: ['n'] },
    {
      'stages/bad.ts': `import { defineStage, file } from '@weir/runner'
const params = { type: 'object', properties: { n: { type: 'string' } } } as never
const outputs = { bad: file('bad') }
export default defineStage({ title: 'Bad', params, outputs, run: () => undefined })
`,
    },
  )
  const run = await it.run()
  expect([run.end.code, run.errors?.map(({ code }) => code)]).toEqual([2, ['PARAM_TYPE']])
  expect(await it.outcomes('--keep-going')).toEqual({
    good: 'ran',
    bad: 'failed',
    after: 'skipped',
  })
})

test('a pipeline that is none is refused with the problems of its stages', async () => {
  const it = withBad({ params: ['m'] }, {}, { twice: { cmd: 'x', outs: ['good'] } })
  for (const args of [['run'], ['status'], ['dag']]) {
    const end = await it.weir([...args, '--json'])
    expect(end.code).toBe(2)
    expect(jsonOf<RunJson>(end).errors?.map(({ code }) => code)).toEqual([
      'OUT_TWICE',
      'PARAM_MISSING',
    ])
  }
})
