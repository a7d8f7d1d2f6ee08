// The door for tests of cells: what one cell makes of what it is given.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
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
    message: 'the params do not fit: params/factor must be >= 1',
  })
  const numbers = { value: JSON.parse('["1"]') }
  await expect(
    runCell(sums, { params: { factor: 1 }, inputs: { ...given, numbers }, folder }),
  ).rejects.toMatchObject({ code: 'OUTPUT_INVALID' })
})

it('what is wrong in a call does not compile', () => {
  const calls = () => [
    // @ts-expect-error an input is missing
    runCell(sums, { params: { factor: 1 }, inputs: { numbers: { value: [1] } } }),
    // @ts-expect-error a value that does not fit
    runCell(sums, { params: { factor: 1 }, inputs: { numbers: { value: 'x' } } }),
    // @ts-expect-error a folder is given as a path
    runCell(sums, { params: { factor: 1 }, inputs: { all: { value: [] } } }),
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
