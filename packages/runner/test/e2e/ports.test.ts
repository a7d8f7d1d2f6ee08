// Cells with ports, run by the real CLI: paths from templates, values checked, names of the cell's own.
import { expect, it } from 'vitest'
import { API, pipeline, project } from './rig.ts'

const CELL = `
import { Type } from '@sinclair/typebox'
import { defineStage, folder, json, text } from '${API}'
const Sums = Type.Object({ as_of: Type.String(), files: Type.Array(Type.String()), total: Type.Number() })
export default defineStage({
  title: 'Sums',
  params: { as_of: Type.String() },
  inputs: { data: folder('\${data.folder}/'), factor: json('factor.json', Type.Number()) },
  outputs: { sums: json('./out/\${as_of}.json', Sums), note: text('note.txt') },
  async run({ params, inputs, outputs, stage }) {
    const files = await inputs.data.list()
    let total = 0
    for (const file of files) total += Number(await inputs.data.read(file))
    await outputs.sums.write({ ...params, files, total: total * (await inputs.factor.read()) })
    await outputs.note.write(\`\${stage} read \${inputs.data.path}\`)
  },
})
`
const FILES = {
  'params.yaml': 'as_of: "2024-01-31"\ndata:\n  folder: raw\n',
  'raw/a.txt': '1',
  'raw/in/b.txt': '2',
  'factor.json': '10',
  'sums.ts': CELL,
  'pipeline.yaml': pipeline({
    sums: {
      run: 'sums.ts',
      deps: ['${data.folder}', 'factor.json'],
      params: ['as_of'],
      outs: ['out/${as_of}.json', 'note.txt'],
    },
  }),
}

it('ports are where their templates lead, by the names that the cell gives them', async () => {
  const made = project(FILES)
  expect(await made.outcomes()).toEqual({ sums: 'ran' })
  expect(JSON.parse(made.read('out/2024-01-31.json'))).toEqual({
    as_of: '2024-01-31',
    files: ['a.txt', 'in/b.txt'],
    total: 30,
  })
  expect(made.read('note.txt')).toBe(`sums read ${made.path('raw')}`)
  expect(await made.outcomes()).toEqual({ sums: 'cached' })
})

it('an input that does not fit fails the stage with its place', async () => {
  const made = project({ ...FILES, 'factor.json': '"ten"' })
  const { stages } = await made.run()
  expect(stages[0]).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'INPUT_INVALID',
      message: `stage 'sums': factor.json does not fit its schema: /: expected a number, found "ten"`,
      place: { file: 'factor.json' },
    },
  })
})

it('a value that readers could not use is not an output', async () => {
  const made = project(FILES)
  made.edit('sums.ts', 'total: total *', 'total: "" + total *')
  const { stages } = await made.run()
  expect(stages[0]?.error).toMatchObject({
    code: 'OUTPUT_INVALID',
    message: expect.stringMatching(
      /^stage 'sums': out\/2024-01-31.json does not fit its schema: \/total: expected a number, found "/,
    ),
  })
  expect(made.has('note.txt')).toBe(false)
})

it.each([
  ['inputs.data', 'inputs.date', 'DEP_UNDECLARED', "its inputs have no port 'date'", 'data'],
  ['outputs.note', 'outputs.notes', 'OUT_UNDECLARED', "its outputs have no port 'notes'", 'note'],
])('a cell that asks for a port that it does not have is told: %s', async (old, now, code, message, near) => {
  const made = project(FILES)
  made.edit('sums.ts', `await ${old}`, `await ${now}`)
  const { stages } = await made.run()
  expect(stages[0]?.error).toMatchObject({
    code,
    message: `stage 'sums': ${message}`,
    hint: expect.stringContaining(`did you mean '${near}'?`),
  })
})

it.each([
  [
    "factor: json('factor.json', Type.Number())",
    "factor: 'factor.json'",
    'inputs.factor of its default export is no port',
  ],
  [
    "note: text('note.txt')",
    "note: { kind: 'x', path: 'note.txt' }",
    'outputs.note of its default export lacks input or output',
  ],
])('what is no port is refused before anything runs', async (old, now, message) => {
  const made = project(FILES)
  made.edit('sums.ts', old, now)
  const { errors, end } = await made.run()
  expect(end.code).toBe(2)
  expect(errors?.[0]).toMatchObject({
    code: 'CODE_BROKEN',
    message: expect.stringContaining(message),
    place: { file: 'sums.ts' },
  })
})

const SHIFTED = {
  ...FILES,
  'pipeline.yaml': FILES['pipeline.yaml'].replace('factor.json', 'faktor.json'),
}

it('a port that pipeline.yaml does not declare, and a declaration that is no port, each with both places', async () => {
  const made = project({ ...SHIFTED, 'faktor.json': '10' })
  const { errors, end } = await made.run()
  expect(end.code).toBe(2)
  expect(made.has('.weir/logs')).toBe(false)
  expect(errors).toEqual([
    {
      code: 'PORT_UNDECLARED',
      message:
        "stage 'sums': inputs.factor of its cell is 'factor.json', which is not among its deps",
      place: { file: 'sums.ts', line: 8, col: 59 },
      hint: "did you mean 'faktor.json'? to have it, add 'factor.json' to stages.sums.deps at pipeline.yaml:2:3",
    },
    {
      code: 'PORT_UNUSED',
      message: "stage 'sums': 'faktor.json' is declared, and is none of the inputs of its cell",
      place: { file: 'pipeline.yaml', line: 2, col: 51 },
      hint: "take it away, or make it a port at sums.ts:8:3: NAME: file('faktor.json'); one that is only declared is never opened",
    },
  ])
})

it('a cell without any port is told each path that its stage declares', async () => {
  const made = project({
    'in.txt': '',
    'bare.ts': `import { defineStage } from '${API}'
export default defineStage({ title: 'Bare', run: () => undefined })
`,
    'pipeline.yaml': pipeline({ bare: { run: 'bare.ts', deps: ['in.txt'], outs: ['out.txt'] } }),
  })
  const { errors, end } = await made.run()
  expect(end.code).toBe(2)
  expect(errors).toMatchObject([
    {
      code: 'PORT_UNUSED',
      message: "stage 'bare': 'in.txt' is declared, and is none of the inputs of its cell",
      place: { file: 'pipeline.yaml', line: 2 },
      hint: expect.stringContaining('make it a port at bare.ts:2:16'),
    },
    {
      code: 'PORT_UNUSED',
      message: "stage 'bare': 'out.txt' is declared, and is none of the outputs of its cell",
      place: { file: 'pipeline.yaml', line: 2 },
    },
  ])
})

it('an output on the path of another port is refused before anything runs; two inputs may share one', async () => {
  const made = project(FILES)
  made.edit('sums.ts', 'factor: json(', "also: text('./factor.json'), factor: json(")
  expect(await made.outcomes()).toEqual({ sums: 'ran' })
  made.edit('sums.ts', 'note: text(', "twice: text('./note.txt'), note: text(")
  const { errors, end } = await made.run()
  expect(end.code).toBe(2)
  expect(errors).toMatchObject([
    {
      code: 'PORT_SHARED',
      message: "stage 'sums': outputs.twice and outputs.note of its cell are both 'note.txt'",
      place: { file: 'sums.ts' },
    },
  ])
  made.edit('sums.ts', "'./note.txt'", "'factor.json'")
  expect((await made.run()).errors).toMatchObject([
    { code: 'PORT_UNDECLARED' },
    { code: 'PORT_SHARED', message: expect.stringContaining("both 'factor.json'") },
  ])
})

it('an output of the wrong form fails its stage', async () => {
  const made = project(FILES)
  made.edit('sums.ts', "note: text('note.txt')", "note: folder('note.txt')")
  made.edit(
    'sums.ts',
    'outputs.note.write(',
    '(await import("node:fs/promises")).writeFile(outputs.note.path, ',
  )
  const { stages } = await made.run()
  expect(stages[0]?.error).toMatchObject({
    code: 'OUTPUT_INVALID',
    message: "stage 'sums': outputs.note is a folder, and the cell has made a file of 'note.txt'",
  })
  expect(made.has('note.txt')).toBe(false)
})

it('is the problem of its own stage: others run', async () => {
  const made = project({
    ...SHIFTED,
    'pipeline.yaml': `${SHIFTED['pipeline.yaml']}  other: { cmd: echo > o, outs: [o] }\n`,
    'faktor.json': '10',
  })
  expect(await made.outcomes('other')).toEqual({ other: 'ran' })
  expect(await made.states()).toMatchObject({ sums: 'broken', other: 'fresh' })
  expect(await made.outcomes('--keep-going')).toMatchObject({ sums: 'failed' })
})

it('metrics and plots are ports too, a path from an expression is found, and what was sound is checked again', async () => {
  const made = project(FILES)
  await made.run()
  made.edit('pipeline.yaml', '"note.txt"]', '"note.txt"],"metrics":["m-${as_of}.json"]')
  const { errors } = await made.run()
  expect(errors).toMatchObject([
    {
      code: 'PORT_UNUSED',
      message: expect.stringContaining(
        "'m-2024-01-31.json' is declared, and is none of the outputs",
      ),
      place: { file: 'pipeline.yaml', line: 2 },
    },
  ])
  made.edit(
    'sums.ts',
    "note: text('note.txt')",
    "note: text('note.txt'), m: file('m-${as_of}.json')",
  )
  made.edit('sums.ts', 'defineStage, folder', 'defineStage, file, folder')
  made.edit('sums.ts', 'outputs, stage }', 'outputs, stage, metrics }')
  made.edit('sums.ts', 'const files', 'metrics({ n: 1 }); const files')
  expect(await made.outcomes()).toEqual({ sums: 'ran' })
  expect(JSON.parse(made.read('m-2024-01-31.json'))).toEqual({ n: 1 })
})

it('an expression that cannot be replaced in a port is told at the port', async () => {
  const made = project(FILES)
  made.edit('sums.ts', '${data.folder}', '${data.folders}')
  const { errors } = await made.run()
  expect(errors).toMatchObject([
    {
      code: 'TEMPLATE',
      message: "stage 'sums': port inputs.data: could not find 'data.folders' in params.yaml",
      place: { file: 'sums.ts', line: 8 },
    },
  ])
})

const SWAPPED = {
  'params.yaml': 'x: one\ny: two\np: left\nq: right\n',
  one: '1',
  two: '2',
  'pair.ts': `
import { defineStage, text } from '${API}'
export default defineStage({
  title: 'Pair',
  inputs: { a: text('\${x}'), b: text('\${y}') },
  outputs: { first: text('\${p}'), second: text('\${q}') },
  async run({ inputs, outputs }) {
    await outputs.first.write('a=' + (await inputs.a.read()))
    await outputs.second.write('b=' + (await inputs.b.read()))
  },
})
`,
  'pipeline.yaml': pipeline({
    pair: { run: 'pair.ts', deps: ['${x}', '${y}'], outs: ['${p}', '${q}'] },
  }),
}

it.each([
  [
    'inputs',
    'x: two\ny: one\np: left\nq: right\n',
    ['a=2', 'b=1'],
    ['a: one -> two', 'b: two -> one'],
  ],
  [
    'outputs',
    'x: one\ny: two\np: right\nq: left\n',
    ['b=2', 'a=1'],
    ['first: left -> right', 'second: right -> left'],
  ],
])('params that swap the paths of two %s run the stage, and are told', async (list, params, made, moved) => {
  const it = project(SWAPPED)
  await it.run()
  expect([it.read('left'), it.read('right')]).toEqual(['a=1', 'b=2'])
  it.write({ 'params.yaml': params })
  expect(await it.states()).toEqual({ pair: 'stale' })
  const { stages } = await it.run()
  expect(stages[0]).toMatchObject({
    outcome: 'ran',
    reasons: moved.map((one) => `port ${list}.${one}`),
  })
  expect([it.read('left'), it.read('right')]).toEqual(made)
  expect(await it.outcomes()).toEqual({ pair: 'cached' })
  it.write({ 'params.yaml': SWAPPED['params.yaml'] })
  expect(await it.outcomes()).toEqual({ pair: 'restored' })
  expect([it.read('left'), it.read('right')]).toEqual(['a=1', 'b=2'])
})
