// Whatever is damaged below .weir, in the lock or among the outputs: the next run is right, and what was lost is made again.
import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { API, filePorts, jsonOf, type Project, pipeline, project, type RunJson } from './rig.ts'

/** A cell and two commands; one output is a folder. */
function mixed(): Project {
  return project({
    'params.yaml': 'n: 3\n',
    'in.txt': 'hello\n',
    'stages/cell.ts': `import { defineStage, file } from '${API}'
export default defineStage({
  title: 'A cell',
  inputs: ${filePorts({ text: 'in.txt' })},
  outputs: ${filePorts({ cell: 'cell.txt', metrics: 'metrics.json' })},
  async run({ outputs, params, metrics, show }) {
    show.markdown('some *text*')
    metrics({ n: params.n })
    await outputs.cell.write('n is ' + params.n + '\\n')
  },
})
`,
    'pipeline.yaml': pipeline({
      cell: {
        run: 'stages/cell.ts',
        deps: ['in.txt'],
        params: ['n'],
        outs: ['cell.txt'],
        metrics: ['metrics.json'],
      },
      tree: {
        cmd: 'mkdir -p tree/in && cp cell.txt tree/one && cp in.txt tree/in/two',
        deps: ['cell.txt', 'in.txt'],
        outs: ['tree'],
      },
      last: { cmd: 'cat tree/one tree/in/two > last.txt', deps: ['tree'], outs: ['last.txt'] },
    }),
  })
}

const OUTPUTS = ['cell.txt', 'metrics.json', 'tree', 'last.txt', 'pipeline.lock']

/** A digest that the lock records of an output. */
function recorded(it: Project, out: string): string {
  const found = new RegExp(`"${out}": \\{[^}]*"sha256": "([0-9a-f]{64})"`).exec(
    it.read('pipeline.lock').slice(it.read('pipeline.lock').indexOf('"outs": {')),
  )
  if (!found?.[1]) throw new Error(`the lock has no output ${out}`)
  return found[1]
}

function objectPath(digest: string): string {
  return `.weir/cache/${digest.slice(0, 2)}/${digest.slice(2)}`
}

describe('the cache', () => {
  test.each([
    ['file', 'cell.txt', 'cell'],
    ['tree', 'tree', 'tree'],
  ])('a %s object with a flipped byte is found, discarded and made again', async (_, out, stage) => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    const object = objectPath(recorded(it, out))
    // The output may be the same file as the object, so it goes first.
    it.remove(out)
    const bytes = Buffer.from(it.read(object))
    bytes.writeUInt8(bytes.readUInt8(2) ^ 1, 2)
    it.scribble(object, bytes)
    const run = await it.run()
    expect(run.ok).toBe(true)
    const healed = run.stages.find(({ name }) => name === stage)
    expect(healed?.outcome).toBe('ran')
    expect(healed?.reasons.join('; ')).toMatch(/corrupt/)
    expect(run.stages.filter(({ outcome }) => outcome === 'ran')).toHaveLength(1)
    expect(it.contents(...OUTPUTS)).toEqual(good)
    it.remove(out)
    expect((await it.outcomes())[stage]).toBe('restored')
    expect(it.contents(...OUTPUTS)).toEqual(good)
  })

  test('a corrupt object of a stage that runs anyway is replaced', async () => {
    const it = mixed()
    await it.run()
    const object = objectPath(recorded(it, 'tree'))
    it.scribble(object, 'rubbish')
    await it.run('--force')
    it.remove('tree')
    expect((await it.outcomes()).tree).toBe('restored')
  })

  test('an object that is gone is made again', async () => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    it.remove('tree', '.weir/cache')
    expect(await it.outcomes()).toEqual({ cell: 'cached', tree: 'ran', last: 'cached' })
    expect(it.contents(...OUTPUTS)).toEqual(good)
  })

  test('the whole state gone and the lock kept: nothing runs while the outputs stand', async () => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    it.remove('.weir')
    expect(await it.outcomes()).toEqual({ cell: 'cached', tree: 'cached', last: 'cached' })
    // And what stands is in the cache again.
    it.remove('tree')
    expect(await it.outcomes()).toEqual({ cell: 'cached', tree: 'restored', last: 'cached' })
    expect(it.contents(...OUTPUTS)).toEqual(good)
  })

  test('the lock gone and the state kept: all comes back without running', async () => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    it.remove('pipeline.lock')
    expect(await it.outcomes()).toEqual({ cell: 'restored', tree: 'restored', last: 'restored' })
    expect(it.contents(...OUTPUTS)).toEqual(good)
  })
})

type Damage = (path: string) => void

/** Where an object is gone and not only wrong, the run that keeps its output has put it back. */
const DAMAGES: readonly (readonly [string, Damage, lost: 'ran' | 'restored'])[] = [
  ['cut in half', (path) => truncateSync(path, Math.floor(statSync(path).size / 2)), 'ran'],
  ['emptied', (path) => truncateSync(path, 0), 'ran'],
  ['overwritten by rubbish', (path) => writeFileSync(path, '\u0000\u00ff{]rubbish'), 'ran'],
  ['overwritten by other JSON', (path) => writeFileSync(path, '{"a":[1,null]}'), 'ran'],
  ['removed', (path) => rmSync(path), 'restored'],
  [
    'made a folder',
    (path) => {
      rmSync(path)
      mkdirSync(path)
      writeFileSync(`${path}/stone`, 'in the way')
    },
    'restored',
  ],
]

describe('every file of the state at once', () => {
  test.each(DAMAGES)('%s: kept outputs are right, lost ones come back', async (_, damage, back) => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    const state = it.files('.weir')
    expect(state.length).toBeGreaterThan(12)
    for (const path of state) {
      if (!it.has(path)) continue
      it.scribble(path, it.read(path))
      damage(it.path(path))
    }
    const kept = await it.run()
    expect(kept.end.code).toBe(0)
    expect(kept.stages.map(({ outcome }) => outcome)).toEqual(['cached', 'cached', 'cached'])
    expect(it.contents(...OUTPUTS)).toEqual(good)
    it.remove('cell.txt', 'tree', 'last.txt')
    const lost = await it.run()
    expect(lost.end).toMatchObject({ code: 0 })
    expect(lost.stages.map(({ outcome }) => outcome)).toEqual([back, back, back])
    expect(it.contents(...OUTPUTS)).toEqual(good)
    // Healed: from now on it restores, and the program of the cell runs again.
    it.remove('cell.txt', 'tree', 'last.txt')
    expect(await it.outcomes()).toEqual({ cell: 'restored', tree: 'restored', last: 'restored' })
    it.edit('params.yaml', 'n: 3', 'n: 4')
    expect((await it.outcomes()).cell).toBe('ran')
    expect(it.read('cell.txt')).toBe('n is 4\n')
  })
})

describe('one kind of state file', () => {
  test('the packed code of a cell that was changed is not what runs', async () => {
    const it = mixed()
    await it.run()
    const packed = it.files('.weir/cells').filter((path) => /[0-9a-f]{32}\.mjs$/.test(path))
    expect(packed).toHaveLength(1)
    for (const path of packed) it.scribble(path, it.read(path).replace('n is', 'N IS'))
    const run = await it.run('--force', '--only', 'cell')
    expect(run.ok).toBe(true)
    expect(it.read('cell.txt')).toBe('n is 3\n')
  })

  test.each([
    [
      'an output digest',
      (json: string) => json.replace(/("outs":\{"cell\.txt".*?"sha256":")./, '$1_'),
    ],
    ['the key', (json: string) => json.replace(/"key":"./, '"key":"_')],
    ['the document', (json: string) => json.replace('"n":3', '"n":4')],
  ])('an entry of the run cache with %s changed is not used', async (_, change) => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    for (const path of it.files('.weir/runs').filter((path) => path.endsWith('.json')))
      it.scribble(path, change(it.read(path)))
    it.remove('pipeline.lock', 'cell.txt')
    const run = await it.run()
    expect(run.ok).toBe(true)
    expect(run.stages[0]?.outcome).toBe('ran')
    expect(it.contents(...OUTPUTS)).toEqual(good)
  })
})

describe('the lock', () => {
  test('from the future is refused, exit 2, and stays as it is', async () => {
    const it = mixed()
    await it.run()
    const future = it.read('pipeline.lock').replace('weir/lock/2', 'weir/lock/7')
    it.write({ 'pipeline.lock': future })
    const run = await it.run()
    expect(run.end.code).toBe(2)
    expect(run.errors).toMatchObject([
      { code: 'LOCK_FUTURE', place: { file: 'pipeline.lock', line: 2, col: 1 } },
    ])
    expect(run.errors?.[0]?.hint).toContain('newer weir')
    expect(it.read('pipeline.lock')).toBe(future)
  })

  test.each([
    [
      'conflict markers',
      (text: string) => `${text}<<<<<<< HEAD\n  "x":\n=======\n>>>>>>> b\n`,
      'git conflict',
    ],
    ['half of it missing', (text: string) => text.slice(0, text.length / 2), 'not what weir wrote'],
    ['nothing in it', () => '', 'not what weir wrote'],
    ['other text', () => 'stages: {}\n', 'not what weir wrote'],
    [
      'a block that is not JSON',
      (text: string) => text.replace('"key"', 'key'),
      'not what weir wrote',
    ],
  ])('with %s is refused at its place, exit 2, and stays', async (_, change, says) => {
    const it = mixed()
    await it.run()
    const bad = change(it.read('pipeline.lock'))
    it.write({ 'pipeline.lock': bad })
    for (const command of [
      ['run', '--json'],
      ['status', '--json'],
      ['explain', 'cell', '--json'],
    ]) {
      const end = await it.weir(command)
      expect(end.code).toBe(2)
      const [error] = jsonOf<RunJson>(end).errors ?? []
      expect(error).toMatchObject({ code: 'LOCK_DAMAGED', place: { file: 'pipeline.lock' } })
      expect(error?.message).toContain(says)
      expect(error?.place?.line).toBeGreaterThan(0)
      expect(error?.hint).toBeTruthy()
    }
    expect(it.read('pipeline.lock')).toBe(bad)
  })

  test('merged by git from two branches with different stages changed, it is read', async () => {
    const it = mixed()
    await it.run()
    const blocks = it.read('pipeline.lock').split(/^(?= {2}")/m)
    const without = blocks.filter((block) => !block.startsWith('  "tree"')).join('')
    it.write({ 'pipeline.lock': without })
    expect(await it.outcomes()).toEqual({ cell: 'cached', tree: 'restored', last: 'cached' })
  })
})

describe('outputs', () => {
  test('a file where a folder was, and a folder where a file was', async () => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    it.remove('tree', 'last.txt')
    it.write({ tree: 'a file', 'last.txt/in/it': 'a folder' })
    const run = await it.run()
    expect(run.stages.map(({ outcome }) => outcome)).toEqual(['cached', 'restored', 'restored'])
    expect(run.stages[1]?.reasons).toEqual(['output modified: tree'])
    expect(it.contents(...OUTPUTS)).toEqual(good)
  })

  test('a file added to, removed from or edited in an output folder is noticed', async () => {
    const it = mixed()
    await it.run()
    const good = it.contents(...OUTPUTS)
    for (const change of [
      () => it.write({ 'tree/new': 'x' }),
      () => it.remove('tree/one'),
      () => it.scribble('tree/one', 'edited in place'),
    ]) {
      change()
      const { tree } = await it.outcomes()
      expect(['restored', 'ran']).toContain(tree)
      expect(it.contents(...OUTPUTS)).toEqual(good)
    }
  })

  test('an input that changes during its stage is not recorded', async () => {
    const it = project({
      'in.txt': '1',
      'pipeline.yaml': pipeline({
        a: { cmd: 'cp in.txt out.txt && echo 2 >> in.txt', deps: ['in.txt'], outs: ['out.txt'] },
      }),
    })
    const run = await it.run()
    expect(run.end.code).toBe(1)
    expect(run.stages[0]?.error).toMatchObject({ code: 'INPUT_CHANGED' })
    expect(it.has('out.txt')).toBe(false)
  })
})
