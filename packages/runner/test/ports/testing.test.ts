// The door for tests of cells: what one cell makes of what it is given.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { table } from '@weir/tables'
import { expect, it, onTestFinished } from 'vitest'
import { defineStage, file, folder, json, ref, StageError, text } from '../../src/door/cells.ts'
import { runCell } from '../../src/door/testing.ts'

function temporary(): string {
  const made = mkdtempSync(join(tmpdir(), 'weir-testing-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

const sums = defineStage({
  title: 'Sums',
  params: { factor: Type.Number({ minimum: 1 }) },
  inputs: {
    numbers: json('${where}/numbers.json', Type.Array(Type.Number())),
    before: ref('registry://m/incumbent', Type.Union([Type.Null(), Type.Number()])),
    notes: text('notes.txt'),
    all: folder('all'),
  },
  outputs: {
    sum: json('out/sum.json', Type.Object({ sum: Type.Number() })),
    copy: file('out/copy'),
    registered: ref('registry://m/registered'),
  },
  async run({ params, inputs, outputs, show, metrics, log, progress, stage }) {
    const numbers = await inputs.numbers.read()
    const before = await inputs.before.read()
    const sum = numbers.reduce((total, one) => total + one, before === null ? 0 : before)
    await outputs.sum.write({ sum: sum * params.factor })
    await outputs.copy.write(await inputs.notes.read())
    metrics({ sum })
    metrics({ of: numbers.length })
    show.table({ columns: ['n'], rows: [[12345678901234567890n], [Number.NaN]] })
    show.markdown((await inputs.all.list()).join())
    progress({ done: 1 })
    log(`${stage}: ${outputs.registered.reference}`)
  },
})

it('a cell is run on values and on paths, and what it made can be read', async () => {
  const made = temporary()
  writeFileSync(join(made, 'a.txt'), '')
  const run = await runCell(sums, {
    params: { factor: 10 },
    inputs: {
      numbers: { value: [1, 2] },
      before: { value: null },
      notes: { value: 'n' },
      all: made,
    },
    folder: join(made, 'folder'),
  })
  expect(await run.outputs.sum.read()).toEqual({ sum: 30 })
  expect(String(await run.outputs.copy.read())).toBe('n')
  expect(run.metrics).toEqual({ sum: 3, of: 2 })
  expect(run.shown).toEqual([
    { kind: 'table', view: { columns: ['n'], rows: [['12345678901234567890'], ['NaN']] } },
    { kind: 'markdown', text: expect.stringContaining('a.txt') },
  ])
  expect(run.logs).toEqual(['test: registry://m/registered'])
  expect(run.progress).toEqual([{ done: 1 }])
  expect(run.outputs.sum.path).toBe(join(made, 'folder', 'outputs', 'out', 'sum.json'))
})

it('outputs go where they are asked for, else into a folder of their own', async () => {
  const made = temporary()
  const inputs = {
    numbers: { value: [1] },
    before: { value: 1 },
    notes: { value: '' },
    all: made,
  }
  const sum = join(made, 'sum.json')
  const run = await runCell(sums, { params: { factor: 1 }, inputs, outputs: { sum } })
  onTestFinished(() => rmSync(run.folder, { recursive: true }))
  expect(existsSync(sum)).toBe(true)
  expect(run.outputs.copy.path.startsWith(run.folder)).toBe(true)
})

it('what does not fit is refused before the cell runs', async () => {
  const given = { before: { value: 1 }, notes: { value: '' }, all: '.' }
  const folder = temporary()
  await expect(
    runCell(sums, { params: { factor: 0 }, inputs: { ...given, numbers: { value: [] } }, folder }),
  ).rejects.toMatchObject({
    code: 'PARAM_TYPE',
    message: 'the params do not fit: params.factor: expected a number of at least 1, found 0',
  })
  const numbers = { value: JSON.parse('["1"]') }
  await expect(
    runCell(sums, { params: { factor: 1 }, inputs: { ...given, numbers }, folder }),
  ).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
})

const inFolder = defineStage({
  title: 'In a folder',
  inputs: { all: folder('all') },
  outputs: { names: text('names.txt') },
  async run({ inputs, outputs }) {
    const names = await inputs.all.list()
    const read = await Promise.all(names.map((name) => inputs.all.read(name)))
    await outputs.names.write(names.map((name, index) => `${name}=${read[index]}`).join())
  },
})

it('a folder is given by what its files hold, a table by its rows', async () => {
  const value = { 'b/c.txt': 'c', 'a.bin': Buffer.from('a') }
  const run = await runCell(inFolder, {
    params: {},
    inputs: { all: { value } },
    folder: temporary(),
  })
  expect(await run.outputs.names.read()).toBe('a.bin=a,b/c.txt=c')
  const none = await runCell(inFolder, {
    params: {},
    inputs: { all: { value: {} } },
    folder: temporary(),
  })
  expect(await none.outputs.names.read()).toBe('')
  const counted = defineStage({
    title: 'Counts',
    inputs: { visits: table('visits.csv') },
    outputs: { rows: json('rows.json') },
    async run({ inputs, outputs }) {
      await outputs.rows.write((await inputs.visits.table()).objects())
    },
  })
  const visits = { value: { user: ['a', 'b'], n: [1, 2] } }
  const counts = await runCell(counted, { params: {}, inputs: { visits }, folder: temporary() })
  expect(await counts.outputs.rows.read()).toEqual([
    { user: 'a', n: 1 },
    { user: 'b', n: 2 },
  ])
})

it('an input that is not given or not there is named', async () => {
  const run = (inputs: string) =>
    runCell(inFolder, { params: {}, inputs: JSON.parse(inputs), folder: temporary() })
  await expect(run('{}')).rejects.toMatchObject({
    code: 'DEP_MISSING',
    message: "input 'all' is not given",
    hint: 'give a path, or a value: inputs: { all: { value: … } }',
  })
  await expect(run('{"all":"not/there"}')).rejects.toMatchObject({
    code: 'DEP_MISSING',
    message: "input 'all': there is nothing at 'not/there'",
  })
})

it.each([
  ['file', (path: string) => mkdirSync(path)],
  ['folder', (path: string) => writeFileSync(path, '')],
] as const)('an output must be what its port is for: a %s', async (form, make) => {
  const cell = defineStage({
    title: 'Makes the other',
    outputs: { made: form === 'file' ? file('out/x') : folder('out/x') },
    run: ({ outputs }) => make(outputs.made.path),
  })
  const other = form === 'file' ? 'folder' : 'file'
  await expect(
    runCell(cell, { params: {}, inputs: {}, folder: temporary() }),
  ).rejects.toMatchObject({
    code: 'OUTPUT_INVALID',
    message: `outputs.made is a ${form}, and the cell has made a ${other} of 'out/x'`,
  })
})

it('what is wrong in a call does not compile', () => {
  const calls = () => [
    // @ts-expect-error an input is missing
    runCell(sums, { params: { factor: 1 }, inputs: { numbers: { value: [1] } } }),
    // @ts-expect-error a value that does not fit
    runCell(sums, { params: { factor: 1 }, inputs: { numbers: { value: 'x' } } }),
    // @ts-expect-error a folder is given by what its files hold
    runCell(inFolder, { params: {}, inputs: { all: { value: { a: 1 } } } }),
  ]
  expect(calls).toBeTypeOf('function')
})

it('a failure of the cell is one of the test', async () => {
  const failing = defineStage({
    title: 'Fails',
    run() {
      throw new StageError('OWN', 'no')
    },
  })
  const folder = temporary()
  await expect(runCell(failing, { params: {}, inputs: {}, folder })).rejects.toMatchObject({
    code: 'OWN',
  })
})

it('commands are quoted, and end with the signal', async () => {
  const shell = defineStage({
    title: 'Shell',
    outputs: { said: text('said.txt') },
    async run({ $, outputs }) {
      const { stdout } = await $`printf %s ${"it's; $HOME"}`
      await outputs.said.write(stdout)
    },
  })
  const run = await runCell(shell, { params: {}, inputs: {}, folder: temporary() })
  expect(await run.outputs.said.read()).toBe("it's; $HOME")
  const stop = new AbortController()
  const endless = defineStage({
    title: 'Endless',
    async run({ $ }) {
      const command = $`echo ready; sleep 1000`
      command.stdout.once('data', () => stop.abort())
      await command
    },
  })
  await expect(
    runCell(endless, { params: {}, inputs: {}, folder: temporary(), signal: stop.signal }),
  ).rejects.toMatchObject({ signal: 'SIGTERM' })
})
