// Killed at any moment, a run costs work and never truth: resumed, lock and outputs are those of an undisturbed run.
import { expect, test } from 'vitest'
import { processesWith } from './processes.ts'
import { random } from './random.ts'
import { API, filePorts, type Project, pipeline, project } from './rig.ts'

const KILLS = 50
const SEED = 20240131

/** A cell that writes a file; a folder where the path of its output ends with `.d`. */
const cell = (input: string, out: string, metrics: Record<string, string> = {}): string => `
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineStage, file, folder } from '${API}'
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
export default defineStage({
  title: 'Writes in pieces',
  inputs: ${filePorts({ input })},
  outputs: ${out.endsWith('.d') ? `{ out: folder('${out}') }` : filePorts({ out, ...metrics })},
  async run({ inputs, outputs, params, metrics }) {
    const [name, input, output] = ['${out}', inputs.input.path, outputs.out.path]
    if (name.endsWith('.d')) mkdirSync(join(output, 'in'), { recursive: true })
    for (let piece = 0; piece < 5; piece++) {
      const path = name.endsWith('.d') ? join(output, piece % 2 ? 'in' : '', piece + '.txt') : output
      appendFileSync(path, readFileSync(input, 'utf8').repeat(params.n) + piece + '\\n')
      await pause(3)
    }
    metrics({ n: params.n })
  },
})
`

const PIECES = (from: string, to: string): string =>
  `for i in 1 2 3 4 5 6; do cat ${from} >> ${to}; echo $i >> ${to}; sleep 0.005; done`

/** Seven stages, three at a time: commands that write in place, cells, and a folder of each. */
function victim(): Project {
  return project({
    'params.yaml': 'n: 1\n',
    'in.txt': 'raw\n',
    'stages/cell.ts': cell('out/load.txt', 'out/cell.txt', { metrics: 'out/cell.json' }),
    'stages/cells.ts': cell('out/shell.txt', 'out/cells.d'),
    'pipeline.yaml': pipeline({
      load: { cmd: PIECES('in.txt', 'out/load.txt'), deps: ['in.txt'], outs: ['out/load.txt'] },
      shell: {
        cmd: `echo \${n} > out/shell.txt\n${PIECES('out/load.txt', 'out/shell.txt')}`,
        deps: ['out/load.txt'],
        outs: ['out/shell.txt'],
      },
      folder: {
        cmd: `mkdir -p out/folder/in\n${PIECES('out/load.txt', 'out/folder/$i')}\necho \${n} > out/folder/in/n`,
        deps: ['out/load.txt'],
        outs: ['out/folder'],
      },
      cell: {
        run: 'stages/cell.ts',
        deps: ['out/load.txt'],
        params: ['n'],
        outs: ['out/cell.txt'],
        metrics: ['out/cell.json'],
      },
      cells: {
        run: 'stages/cells.ts',
        deps: ['out/shell.txt'],
        params: ['n'],
        outs: ['out/cells.d'],
      },
      two: {
        cmd: 'cat out/cell.txt out/shell.txt > out/two-a; wc -l < out/two-a > out/two-b',
        deps: ['out/cell.txt', 'out/shell.txt'],
        outs: ['out/two-a', 'out/two-b'],
      },
      last: {
        cmd: 'cat out/two-b out/folder/1 out/cells.d/0.txt > out/last.txt',
        deps: ['out/two-b', 'out/folder', 'out/cells.d'],
        outs: ['out/last.txt'],
      },
    }),
  })
}

const TRUTH = ['out', 'pipeline.lock', 'params.yaml']
const ARGS = ['run', '--jobs', '3']

/** The truth for each n, and how long a run takes. */
async function undisturbed(it: Project): Promise<{ truths: Record<number, object>; ms: number }> {
  const truths: Record<number, object> = {}
  let ms = 0
  for (const n of [1, 2]) {
    it.remove('out', 'pipeline.lock', '.weir')
    it.write({ 'params.yaml': `n: ${n}\n` })
    const started = performance.now()
    expect(await it.weir(ARGS)).toMatchObject({ code: 0 })
    ms = performance.now() - started
    truths[n] = it.contents(...TRUTH)
  }
  return { truths, ms }
}

test(`${KILLS} runs killed at random moments and resumed`, { timeout: 240_000 }, async () => {
  const it = victim()
  const next = random(SEED)
  const { truths, ms } = await undisturbed(it)
  let unfinished = 0
  for (let kill = 0; kill < KILLS; kill++) {
    // By turns from nothing, and over the outputs and the lock of the other param.
    const n = 1 + (kill % 2)
    it.remove('.weir', ...(kill % 4 < 2 ? ['out', 'pipeline.lock'] : []))
    it.write({ 'params.yaml': `n: ${n}\n` })
    for (let times = kill % 5 === 4 ? 2 : 1; times > 0; times--) {
      const run = it.start(ARGS)
      const timer = setTimeout(() => run.kill('SIGKILL'), next() * ms)
      if ((await run.ended).signal === 'SIGKILL') unfinished++
      clearTimeout(timer)
    }
    const resumed = await it.weir(ARGS)
    expect(resumed, `kill ${kill}`).toMatchObject({ code: 0 })
    expect(it.contents(...TRUTH), `kill ${kill}`).toEqual(truths[n])
    expect(processesWith('WEIR_ROOT', it.root), `kill ${kill}`).toEqual([])
    expect(it.files('.weir/tmp'), `kill ${kill}`).toEqual([])
    const aside = it.files('.').filter((path) => /\.tmp$|run\.lock/.test(path))
    expect(aside, `kill ${kill}`).toEqual([])
  }
  expect(unfinished).toBeGreaterThan(KILLS / 2)
})
