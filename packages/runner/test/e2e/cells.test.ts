// TypeScript cells through the real CLI: what they are given, what they tell, and every way in which they can go wrong.
import { describe, expect, test } from 'vitest'
import { runs, until } from './processes.ts'
import { API, filePorts, jsonOf, type Project, pipeline, project, type RunJson } from './rig.ts'

/** What a stage declares besides its usual entry. */
interface CellStage {
  readonly metrics?: readonly [string | { readonly 'm.json': object }]
  readonly params?: readonly string[]
  readonly env?: object
}

/** A project of one cell, whose `run` has this body. */
function cell(body: string, stage: CellStage = {}, files: Record<string, string> = {}): Project {
  return project({
    'params.yaml': 'n: 3\ntrain: {rate: 0.5, layers: [4, 2]}\nunused: 1\n',
    'in.txt': 'hello\n',
    'stages/cell.ts': `/**
 * The prose of the cell.
 * Second line.
 */
// The cell of the test.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { Type } from '@sinclair/typebox'
import { defineStage, file, StageError } from '${API}'
const params = Type.Object({ n: Type.Integer({ minimum: 0 }) })
export const parts = [spawn, existsSync, readFileSync, writeFileSync, connect, StageError]
export const more = [closeSync, readFile, writeFile, writeSync]
export default defineStage({
  title: 'The cell',
  params,
  inputs: ${filePorts({ text: 'in.txt' })},
  outputs: ${filePorts({ it: 'out/it.txt', ...(stage.metrics && { metrics: 'm.json' }) })},
  async run({ stage, params, inputs, outputs, metrics, show, log, progress, signal }) {
    ${body}
  },
})
`,
    'pipeline.yaml': pipeline({
      it: {
        run: 'stages/cell.ts',
        deps: ['in.txt'],
        params: ['n'],
        outs: ['out/it.txt'],
        ...stage,
      },
    }),
    ...files,
  })
}

const WRITE = "writeFileSync(outputs.it.path, 'x')"

describe('what a cell is given', () => {
  test('its params alone, absolute inputs, and outputs aside whose folder is there', async () => {
    const it = cell(
      `writeFileSync(outputs.it.path, JSON.stringify({ stage, params, inputs, aside: !outputs.it.path.includes('/out/it.txt/'), there: existsSync(outputs.it.path), text: readFileSync(inputs.text.path, 'utf8') }))`,
    )
    expect(await it.outcomes()).toEqual({ it: 'ran' })
    expect(JSON.parse(it.read('out/it.txt'))).toEqual({
      stage: 'it',
      params: { n: 3 },
      inputs: { text: { path: it.path('in.txt') } },
      aside: true,
      there: false,
      text: 'hello\n',
    })
  })

  test('params of several keys, nested as in their file', async () => {
    const it = cell(`writeFileSync(outputs.it.path, JSON.stringify(params))`, {
      params: ['n', 'train.rate', 'train.layers'],
    })
    await it.run()
    expect(JSON.parse(it.read('out/it.txt'))).toEqual({
      n: 3,
      train: { rate: 0.5, layers: [4, 2] },
    })
    it.edit('params.yaml', 'unused: 1', 'unused: 2')
    expect(await it.outcomes()).toEqual({ it: 'cached' })
    it.edit('params.yaml', 'rate: 0.5', 'rate: 0.25')
    const run = await it.run()
    expect(run.stages[0]).toMatchObject({
      outcome: 'ran',
      reasons: ['param train.rate: 0.5 -> 0.25'],
    })
  })
})

describe('what a cell does not declare', () => {
  test.each([
    ['input', "readFileSync(inputs['secret.txt'] ?? 'secret.txt')", 'DEP_UNDECLARED', 'text'],
    [
      'output',
      "writeFileSync(outputs['secret.txt'] ?? 'secret.txt', 'lost')",
      'OUT_UNDECLARED',
      'it',
    ],
  ])('cannot be had: %s', async (_, body, code, ports) => {
    const it = cell(`${body}; ${WRITE}`, {}, { 'secret.txt': 'kept' })
    const { stages, end } = await it.run()
    expect(end.code).toBe(1)
    expect(stages[0]?.error).toMatchObject({ code, place: { file: 'stages/cell.ts', line: 21 } })
    expect(stages[0]?.error?.hint).toBe(`ports: ${ports}`)
    expect(it.read('secret.txt')).toBe('kept')
  })

  test('a name that is nearly right is pointed to', async () => {
    const { stages } = await cell(`inputs.txt; ${WRITE}`).run()
    expect(stages[0]?.error?.hint).toContain("did you mean 'text'?")
  })

  test('ports can be printed, awaited and listed', async () => {
    const it = cell(
      `console.log(inputs); await inputs; JSON.stringify(outputs); writeFileSync(outputs.it.path, Object.keys({ ...inputs, ...outputs }).join())`,
    )
    expect(await it.outcomes()).toEqual({ it: 'ran' })
    expect(it.read('out/it.txt')).toBe('text,it')
  })
})

describe('what a cell tells', () => {
  test('log lines, metrics as its metrics file, and what it shows in the notebook', async () => {
    const it = cell(
      `log('said by log'); console.log('said by console'); console.error('said by error')
       progress({ done: 1, total: 2, unit: 'epochs', note: 'loss 0.5' })
       metrics({ auc: 0.75 }); metrics({ kind: 'logistic', none: null })
       show.markdown('shown *words*')
       show.table({ columns: ['c1', 'c2'], rows: [['cell-one', 2]], caption: 'the caption' })
       ${WRITE}`,
      { metrics: ['m.json'] },
    )
    const run = await it.run()
    expect(run.ok).toBe(true)
    expect(JSON.parse(it.read('m.json'))).toEqual({ auc: 0.75, kind: 'logistic', none: null })
    for (const text of ['said by log', 'said by console', 'said by error'])
      expect(run.end.stderr).toContain(`[it] ${text}`)
    const page = it.read('reports/index.html')
    for (const text of [
      'The cell',
      'The prose of the cell.',
      'cell-one',
      'the caption',
      'said by log',
    ])
      expect(page).toContain(text)
    expect(page).toContain('<em>words</em>')
  })

  test('the metrics file that the cell writes itself stays', async () => {
    const it = cell(
      `metrics({ a: 1 }); writeFileSync(outputs.metrics.path, '{"own": true}'); ${WRITE}`,
      {
        metrics: ['m.json'],
      },
    )
    await it.run()
    expect(it.read('m.json')).toBe('{"own": true}')
  })

  test('a chart is drawn into the notebook', async () => {
    const it = cell(
      `show.chart({ mark: 'bar', data: { values: [{ a: 'x', b: 2 }] }, encoding: { x: { field: 'a', type: 'nominal' }, y: { field: 'b', type: 'quantitative' } } }, { title: 'The chart', alt: 'x is 2' }); ${WRITE}`,
    )
    await it.run()
    expect(it.read('reports/index.html')).toMatch(/The chart[\s\S]*<svg|<svg[\s\S]*The chart/)
  })
})

describe('how a cell fails', () => {
  /** Runs a cell that fails; its error, and that nothing of it was kept. */
  async function failed(it: Project) {
    const run = await it.run()
    expect(run.end.code).toBe(1)
    expect(run.ok).toBe(false)
    expect(run.stages[0]?.outcome).toBe('failed')
    expect(it.has('out/it.txt')).toBe(false)
    expect(it.has('pipeline.lock') ? it.read('pipeline.lock') : '').not.toContain('"it"')
    return { ...run, error: run.stages[0]?.error }
  }

  test('a StageError: its code, place and hint, no stack', async () => {
    const { error, end } = await failed(
      cell(
        `throw new StageError('COLUMN_MISSING', 'no column age', { where: 'table users', hint: 'add it' })`,
      ),
    )
    expect(error).toEqual({
      code: 'COLUMN_MISSING',
      message: "stage 'it': no column age",
      place: { file: 'table users' },
      hint: 'add it',
    })
    expect(end.stderr).toContain('error[COLUMN_MISSING]')
    expect(end.stderr).not.toMatch(/\n\s+at /)
  })

  test('a bug: its message, and a stack that points into the source', async () => {
    const { error, end } = await failed(cell(`log('before'); null.member`))
    expect(error?.code).toBe('STAGE_FAILED')
    expect(error?.message).toContain('null')
    expect(end.stderr).toMatch(/at .*stages\/cell\.ts:21:\d+/)
    expect(error?.place).toEqual({ file: 'stages/cell.ts', line: 21, col: 25 })
    expect(end.stderr).toContain("\n  21 |     log('before'); null.member\n")
    expect(end.stderr).toContain('| before')
  })

  test.each([
    ['something that is no error', "throw 'just text'", 'just text'],
    ['nothing', 'throw undefined', 'undefined'],
    ['an error of the file system', "readFileSync('/no/such/file')", 'ENOENT'],
  ])('%s thrown', async (_, body, says) => {
    const { error } = await failed(cell(body))
    expect(error?.code).toBe('STAGE_FAILED')
    expect(error?.message).toContain(says)
  })

  test.each([
    [
      'a rejection that nobody catches',
      "Promise.reject(new Error('lost promise')); await new Promise(() => setTimeout(() => {}, 1e6))",
      'lost promise',
    ],
    [
      'an exception in a callback',
      "setTimeout(() => { throw new Error('lost throw') }); await new Promise(() => setTimeout(() => {}, 1e6))",
      'lost throw',
    ],
  ])('%s: fails with its text in the log', async (_, body, says) => {
    const { error, end } = await failed(cell(body))
    expect(error?.code).toBe('STAGE_FAILED')
    expect(end.stderr).toContain(says)
  })

  test.each([
    ['a helper of the project', 'helpers/deep er.ts', 'deep()', 3],
    ['a StageError that names no place', 'stages/cell.ts', "throw new StageError('A', 'b')", 21],
    ['a port that finds what it cannot read', 'stages/cell.ts', 'await inputs.text.lines()', 21],
    [
      'a callback',
      'stages/cell.ts',
      'setTimeout(() => { throw 1 + new Error().x.y }); await new Promise((go) => setTimeout(go, 1e6))',
      21,
    ],
    [
      'a cause',
      'helpers/deep er.ts',
      "try { deep() } catch (cause) { const e = new Error('outer', { cause }); e.stack = ''; throw e }",
      3,
    ],
  ])('the place is the line in the sources, thrown by %s', async (_, file, body, line) => {
    const lib = `export interface Long { readonly a: number }

export function deep(): never { throw new Error('deep down') }
`
    const text = `import { deep } from '../helpers/deep er.ts'; export const d = deep\n`
    const it = cell(body, {}, { 'helpers/deep er.ts': lib })
    it.edit('stages/cell.ts', '// The cell of the test.\n', text)
    const { error } = await failed(it)
    expect(error?.place).toMatchObject({ file, line })
  })

  test('process.exit(0) in the middle is no success', async () => {
    const { error } = await failed(cell(`${WRITE}; process.exit(0)`))
    expect(error?.code).toBe('STAGE_FAILED')
    expect(error?.message).toContain('before it was finished')
  })

  test('process.exit(3)', async () => {
    const { error } = await failed(cell(`${WRITE}; process.exit(3)`))
    expect(error?.message).toContain('exited with 3')
  })

  test('a promise that never settles while nothing is left to do', async () => {
    const { error } = await failed(cell(`await new Promise(() => {})`))
    expect(error?.code).toBe('STAGE_FAILED')
    expect(error?.message).toContain('before it was finished')
  })

  test('no output written', async () => {
    const { error } = await failed(cell(`log('forgot')`))
    expect(error).toMatchObject({ code: 'OUT_MISSING', place: { file: 'pipeline.yaml', line: 2 } })
    expect(error?.message).toContain("'out/it.txt'")
  })

  test('a module that esbuild cannot bundle is refused before anything runs, at its place', async () => {
    const it = cell(WRITE, {}, { 'stages/cell.ts': "import './gone.ts'\nexport default {}\n" })
    const run = await it.run()
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([
      { code: 'CODE_BROKEN', place: { file: 'stages/cell.ts', line: 1, col: 8 } },
    ])
    it.write({ 'stages/cell.ts': 'export default {\n  run( {}\n' })
    expect((await it.run()).errors?.[0]).toMatchObject({
      code: 'CODE_BROKEN',
      place: { file: 'stages/cell.ts', line: expect.any(Number) as number },
    })
  })

  test('a rejection that is there when the cell is done, and one of a file operation that it left', async () => {
    const lost = await failed(cell(`${WRITE}; Promise.reject(new Error('lost promise'))`))
    expect(lost.error).toMatchObject({ code: 'STAGE_FAILED', message: "stage 'it': lost promise" })
    expect(lost.end.stderr).toMatch(/\[it\] Error: lost promise/)
    const { error } = await failed(cell(`${WRITE}; readFile('/no/such/file')`))
    expect(error?.message).toContain('ENOENT')
  })

  test('an error after the cell has said that it is done', async () => {
    const exit = `process.on('exit', () => { throw new Error('thrown at exit') })`
    const { error, end } = await failed(cell(`${exit}; ${WRITE}`))
    expect(error?.code).toBe('STAGE_FAILED')
    expect(end.stderr).toContain('thrown at exit')
  })

  test('the outputs of before stay when a later run of it fails', async () => {
    const it = cell(`if (params.n > 3) throw new Error('too much'); ${WRITE}`)
    await it.run()
    const lock = it.read('pipeline.lock')
    const run = await it.run('-S', 'n=4')
    expect(run.stages[0]?.outcome).toBe('failed')
    expect(it.read('out/it.txt')).toBe('x')
    expect(it.read('pipeline.lock')).toBe(lock)
    expect(await it.outcomes('-S', 'n=3')).toEqual({ it: 'cached' })
  })
})

describe('how a cell ends', () => {
  test('what it spawned and left ends with it', async () => {
    const it = cell(
      `const child = spawn('sleep', ['600'], { stdio: 'inherit' }); writeFileSync(outputs.it.path, String(child.pid))`,
    )
    expect(await it.outcomes()).toEqual({ it: 'ran' })
    const pid = Number(it.read('out/it.txt'))
    await until('the child is gone', () => !runs(pid))
  })

  test('an interrupt aborts its signal, and a cell that listens ends in time', async () => {
    const it = cell(
      `log('listening'); await new Promise((_, fail) => { setTimeout(() => {}, 1e6); signal.addEventListener('abort', () => { log('heard the abort'); fail(new Error('aborted')) }) })`,
    )
    const run = it.start(['run'])
    await run.said('listening')
    run.kill('SIGINT')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(end.stdout).toContain('heard the abort')
    expect(end.stdout).toContain('error[INTERRUPTED]')
  })

  test.each([
    ['ignores the abort', 'await new Promise(() => setTimeout(() => {}, 1e6))'],
    ['never lets go of the processor', 'for (;;);'],
  ])('one that %s is stopped all the same', async (_, body) => {
    const it = cell(`log('pid ' + process.pid); ${body}`)
    const run = it.start(['run'])
    await run.said('[it] pid ')
    run.kill('SIGINT')
    const end = await run.ended
    expect(end.code).toBe(130)
    const pid = Number(/pid (\d+)/.exec(end.stdout)?.[1])
    expect(runs(pid)).toBe(false)
    expect(it.has('out/it.txt')).toBe(false)
  })

  test('a cell whose runner is killed ends by itself', async () => {
    const it = cell(`log('pid ' + process.pid); await new Promise(() => setTimeout(() => {}, 1e6))`)
    const run = it.start(['run'])
    await run.said('[it] pid ')
    run.kill('SIGKILL')
    const pid = Number(/pid (\d+)/.exec((await run.ended).stdout)?.[1])
    await until('the cell is gone', () => !runs(pid))
  })
})

describe('params against the schema of the cell', () => {
  test('are checked before anything runs, with the place in params.yaml', async () => {
    const it = cell(WRITE)
    it.edit('params.yaml', 'n: 3', 'n: -1')
    const run = await it.run()
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([
      { code: 'PARAM_TYPE', place: { file: 'params.yaml', line: 1 } },
    ])
    expect(run.errors?.[0]?.message).toMatch(/param n: expected an integer of at least 0, found -1/)
    it.edit('params.yaml', 'n: -1', 'n: lots')
    expect((await it.run()).errors?.[0]).toMatchObject({ code: 'PARAM_TYPE' })
    expect(it.has('pipeline.lock')).toBe(false)
  })
})

describe('what a cell reports in a wrong form', () => {
  /** The code that sends a value past the checks of the cell's own process, as a line of the channel. */
  const raw = (value: string): string => `writeSync(3, JSON.stringify(${value}) + '\\n')`

  async function refused(
    body: string,
    file = 'pipeline.yaml',
  ): Promise<{ message: string; stderr: string }> {
    const it = cell(`${body}; ${WRITE}`, {
      metrics: [{ 'm.json': { cache: false } }],
      env: { TOKEN: { secret: true } },
    })
    // With a secret, everything that is said is gone through to mask it.
    const end = await it.weir(['run', '--json'], { env: { TOKEN: 'hunter2hunter2' } })
    const { stages } = jsonOf<RunJson>(end)
    expect(end.stdout + end.stderr).not.toContain('hunter2')
    expect(end.code).toBe(1)
    expect(stages[0]?.outcome).toBe('failed')
    expect(stages[0]?.error).toMatchObject({
      code: 'CELL_MESSAGE',
      place: { file },
    })
    return { message: stages[0]?.error?.message ?? '', stderr: end.stderr }
  }

  test.each([
    ['metrics({ auc: NaN })', /metrics: auc must be what JSON can hold.*it is NaN$/],
    ['metrics({ auc: 1 / 0 })', /metrics: auc .*it is Infinity$/],
    ['metrics({ n: 5n })', /metrics: n .*it is 5n$/],
    ['metrics({ a: [process.env.TOKEN] })', /metrics: a .*it is \[ '\*{3}' \]$/],
    ['metrics(null)', /metrics: values must be an object; it is null$/],
    ['log(undefined)', /log: line must be a text; it is undefined$/],
    ['show.table(null)', /show.table: view must be an object; it is null$/],
    ["show.table({ columns: ['a'] })", /show.table: rows must be a list; it is undefined$/],
    ["show.table({ columns: ['a'], rows: [[1], [{}]] })", /rows\[1\]\[0\] must be .*; it is {}$/],
    ['show.markdown(7)', /show.markdown: text must be a text; it is 7$/],
    [
      "show.chart({ mark: () => 1 }, { title: 't', alt: 'a' })",
      /show: \(\) => 1 cannot be sent: it is no JSON/,
    ],
    [`log('x'.repeat(70 * 2 ** 20))`, /log: it has 71 MiB; at most 64 MiB are taken$/],
  ])('%s is refused, with the place in the cell', async (body, says) => {
    const { message, stderr } = await refused(body, 'stages/cell.ts')
    expect(message).toMatch(says)
    expect(stderr).toMatch(/at .*stages\/cell\.ts:21:\d+/)
  })

  test.each([
    ['null', 'a message is null'],
    ['[1]', 'a message is [ 1 ]'],
    ["{ kind: 'promote' }", "a message has the unknown kind 'promote'"],
    ["{ kind: 'toString' }", "a message has the unknown kind 'toString'"],
    ["{ kind: 'progress', progress: { done: NaN } }", 'progress: done must be a finite number'],
    ["{ kind: 'progress', progress: null }", 'progress: progress must be an object'],
    ["{ kind: 'show', block: { kind: 'graph' } }", "a block has the unknown kind 'graph'"],
    ["{ kind: 'failed', code: 'x' }", 'failed: code must be a code in upper case'],
  ])('%s past these checks is refused by the runner, and the cell is stopped', async (value, says) => {
    const { message } = await refused(
      `${raw(value)}; await new Promise(() => setTimeout(() => {}, 1e6))`,
    )
    expect(message).toContain(says)
  })

  test('a chart whose data hold themselves', async () => {
    const { message } = await refused(
      `const row = {}; row.self = row; show.chart({ data: { values: [row] } }, { title: 't', alt: 'a' })`,
      'stages/cell.ts',
    )
    expect(message).toContain('show: Converting circular structure')
  })

  test('a chart that is nested too deep', async () => {
    const spec = 'let spec = {}; for (let i = 0; i < 3e3; i++) spec = { spec }'
    const { message } = await refused(
      `${spec}; ${raw("{ kind: 'show', block: { kind: 'chart', spec, title: 't', alt: 'a' } }")}; throw new StageError('CELL_MESSAGE', 'not drawn')`,
    )
    expect(message).toMatch(/stack size|not drawn|not a line of JSON/)
  })

  test('bytes that are no message, and a line that does not end', async () => {
    const rubbish = `writeSync(3, 'rubbish\\n')`
    expect((await refused(rubbish)).message).toContain('not a line of JSON')
    const endless = `for (let i = 0; i < 65; i++) writeSync(3, 'x'.repeat(2 ** 20))`
    expect((await refused(endless)).message).toContain('at most 64 MiB are taken')
  })

  test('more than a notebook can hold, in pieces', async () => {
    const { message } = await refused(
      `for (let i = 0; i < 9; i++) show.markdown('x'.repeat(8 * 2 ** 20))`,
    )
    expect(message).toContain('all that it shows is too much')
  })

  test.each([
    ['process.send(null)', 'process.send is not a function'],
    ['process.disconnect()', 'process.disconnect is not a function'],
    ['closeSync(3)', 'EBADF'],
  ])('%s fails the stage and nothing else', async (body, says) => {
    const { stages, end } = await cell(`${body}; ${WRITE}; log('on')`).run()
    expect(end.code).toBe(1)
    expect(stages[0]?.outcome).toBe('failed')
    expect(end.stderr).toContain(says)
  })

  test('progress that is no number is said once, and fails nothing', async () => {
    const it = cell(
      `for (const done of [0 / 0, -1, 'x']) progress({ done }); progress(null); ${WRITE}`,
    )
    const { ok, end } = await it.run()
    expect(ok).toBe(true)
    expect(end.stderr.match(/warning: not shown: progress: done must be/g)).toHaveLength(1)
    expect(end.stderr).not.toContain('progress must be an object')
  })

  test('a flood of messages arrives whole and in order', async () => {
    const it = cell(`for (let i = 0; i < 20_000; i++) metrics({ i }); ${WRITE}`, {
      metrics: ['m.json'],
    })
    expect(await it.outcomes()).toEqual({ it: 'ran' })
    expect(JSON.parse(it.read('m.json'))).toEqual({ i: 19_999 })
  })
})

test('BigInt and NaN reach the notebook: every digit in tables, a gap in charts', async () => {
  const it = cell(
    `show.table({ columns: ['big', 'odd'], rows: [[123456789012345678901n, NaN], [2n, -Infinity], [undefined, 1]] })
     const spec = { mark: 'bar', encoding: { x: { field: 'a', type: 'nominal' }, y: { field: 'b', type: 'quantitative' } } }
     show.chart({ ...spec, data: { values: [{ a: 'p', b: 7n }, { a: 'q', b: NaN }] } }, { title: 'The chart', alt: 'p is 7' })
     ${WRITE}`,
  )
  const { ok, end } = await it.run()
  expect([ok, end.stderr.includes('warning')]).toEqual([true, false])
  const page = it.read('reports/index.html')
  for (const text of ['>123456789012345678901<', '>NaN<', '>-Infinity<', '>2<'])
    expect(page).toContain(text)
  expect(page).toMatch(/The chart[\s\S]*<svg|<svg[\s\S]*The chart/)
})

test('a file that the cell wrote without waiting is whole', async () => {
  const it = cell(`writeFile(outputs.it.path, 'x'.repeat(50_000_000))`)
  expect(await it.outcomes()).toEqual({ it: 'ran' })
  expect(it.read('out/it.txt').length).toBe(50_000_000)
})
