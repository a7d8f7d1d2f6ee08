// What a stage prints: any amount and any bytes, shown as it comes, kept once, with bounded memory.
import { readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { until } from './processes.ts'
import { API, jsonOf, outcomesOf, type Project, pipeline, project, type RunJson } from './rig.ts'

const MB = 1024 * 1024
const LINUX = process.platform === 'linux'

/** Tells the most memory that the runner, the parent of a stage's shell, has had so far. */
const peakTo = (path: string): string => `grep VmHWM /proc/$PPID/status > ${path}`

function peak(it: Project, path: string): number {
  return Number(/(\d+) kB/.exec(it.read(path))?.[1]) * 1024
}

/** A stage that prints so many MB between two others that look at the runner's memory. */
function flooded(megabytes: number, line: string): Project {
  return project({
    'pipeline.yaml': pipeline({
      before: { cmd: peakTo('before'), outs: ['before'] },
      flood: {
        cmd: `yes "${line}" | head -c ${megabytes * MB}; echo x > a`,
        deps: ['before'],
        outs: ['a'],
      },
      after: { cmd: peakTo('after'), deps: ['a'], outs: ['after'] },
    }),
  })
}

test('a line of 600 MB is kept whole and shown cut', { timeout: 120_000 }, async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      a: {
        cmd: `head -c ${600 * MB} /dev/zero | tr "\\\\0" x; echo; echo last; echo x > a`,
        outs: ['a'],
      },
    }),
  })
  const end = await it.weir(['run'])
  expect(end.code, end.stderr.slice(-2000)).toBe(0)
  expect(end.stdout.length).toBeLessThan(MB)
  const shown = end.stdout.split('\n').find((line) => line.includes('xxx'))
  expect(shown).toMatch(/x… 629,080,064 more bytes$/)
  expect(end.stdout).toContain('[a] last\n')
  expect(it.size('.weir/logs/a.txt')).toBeGreaterThan(600 * MB)
})

describe.runIf(LINUX)('200 MB of output', () => {
  const LINE = 'the quick brown fox jumps over the lazy dog, again and again and again'

  test.each([
    ['plain', ['run']],
    ['--json', ['run', '--json']],
  ])(
    'takes little memory, is kept once, and leaves the notebook small (%s)',
    { timeout: 120_000 },
    async (_, args) => {
      const it = flooded(200, LINE)
      const end = await it.weir(args, { before: ['sh', '-c', '"$@" > out.txt 2> err.txt', 'x'] })
      expect(end.code).toBe(0)
      expect(peak(it, 'after') - peak(it, 'before')).toBeLessThan(150 * MB)
      const logs = it.files('.weir').filter((path) => it.size(path) > 100 * MB)
      expect(new Set(logs.map((path) => statSync(it.path(path)).ino)).size).toBe(1)
      expect(logs).toContain('.weir/logs/flood.txt')
      expect(it.size('reports/index.html')).toBeLessThan(MB)
      expect(it.read('reports/index.html')).toMatch(
        /left out; the whole log: \.weir\/runs\/[0-9a-f]{2}\/[0-9a-f]{64}\.txt/,
      )
    },
  )

  test('of the shortest lines', { timeout: 120_000 }, async () => {
    const it = flooded(20, 'y')
    const end = await it.weir(['run'], { before: ['sh', '-c', '"$@" > out.txt', 'x'] })
    expect(end.code).toBe(0)
    expect(peak(it, 'after') - peak(it, 'before')).toBeLessThan(150 * MB)
    const shown = readFileSync(it.path('out.txt'))
    expect(shown.toString('latin1').split('[flood] y\n').length).toBeGreaterThan(10 * MB)
  })

  test('to a reader that does not read: the stage waits, and goes on with it', {
    timeout: 120_000,
  }, async () => {
    const it = flooded(200, LINE)
    const run = it.start(['run'], {
      before: ['sh', '-c', '"$@" | (until [ -e go ]; do sleep 0.05; done; cat > out.txt)', 'x'],
    })
    await until(
      'the pipe is full',
      () => it.has('.weir/logs/flood.txt') && it.size('.weir/logs/flood.txt') > 0,
    )
    it.write({ go: '' })
    expect((await run.ended).code).toBe(0)
    expect(peak(it, 'after') - peak(it, 'before')).toBeLessThan(150 * MB)
    expect(it.size('out.txt')).toBeGreaterThan(200 * MB)
  })
})

test.runIf(LINUX)(
  'a cell that logs 200 MB to a reader that does not read waits too',
  { timeout: 120_000 },
  async () => {
    const it = project({
      'stages/chatty.ts': `import { Type } from '@sinclair/typebox'
import { defineStage, file } from '${API}'
const inputs = { before: file('before') }
export default defineStage({ title: 'c', params: Type.Object({}), inputs, run({ log }) {
  for (let n = 0; n < 200; n++) log('x'.repeat(1000).concat('\\n').repeat(1000))
} })
`,
      'pipeline.yaml': pipeline({
        before: { cmd: peakTo('before'), outs: ['before'] },
        flood: { run: 'stages/chatty.ts', deps: ['before'] },
        after: { cmd: peakTo('after'), outs: ['after'] },
      }),
    })
    const run = it.start(['run', '--jobs', '1'], {
      before: ['sh', '-c', '"$@" | (until [ -e go ]; do sleep 0.05; done; cat > out.txt)', 'x'],
    })
    await until(
      'a flood',
      () => it.has('.weir/logs/flood.txt') && it.size('.weir/logs/flood.txt') > 0,
    )
    it.write({ go: '' })
    expect((await run.ended).code).toBe(0)
    expect(peak(it, 'after') - peak(it, 'before')).toBeLessThan(150 * MB)
    const said = it.read('out.txt')
    expect(said).not.toContain('were not shown')
    expect(it.size('out.txt')).toBeGreaterThan(200e6)
  },
)

test('an interrupt is heard while output floods', async () => {
  const it = project({ 'pipeline.yaml': pipeline({ a: { cmd: 'yes', outs: ['a'] } }) })
  const run = it.start(['run', '--json'], { before: ['sh', '-c', 'exec "$@" 2> err.txt', 'x'] })
  await until('a flood', () => it.has('.weir/logs/a.txt') && it.size('.weir/logs/a.txt') > MB)
  run.kill('SIGINT')
  const end = await run.ended
  expect(end.code).toBe(130)
  expect(it.read('err.txt')).toContain('interrupted: stopping 1 stage')
  expect(jsonOf<RunJson>(end).stages[0]?.error?.code).toBe('INTERRUPTED')
})

test('an interrupt ends a run whose reader does not read', async () => {
  const it = project({
    'pipeline.yaml': pipeline({ a: { cmd: 'echo $PPID > runner; yes', outs: ['a'] } }),
  })
  const run = it.start(['run'], {
    before: ['sh', '-c', '"$@" | (until [ -e go ]; do sleep 0.05; done; cat > out.txt)', 'x'],
  })
  await until('a flood', () => it.has('.weir/logs/a.txt') && it.size('.weir/logs/a.txt') > 1000)
  process.kill(Number(it.read('runner')), 'SIGINT')
  await until('the end of the stage', () => !it.has('.weir/running/a'))
  it.write({ go: '' })
  await run.ended
  expect(it.read('out.txt')).toContain('interrupted: stopping 1 stage')
})

test('bytes that are no UTF-8 are kept as they are and do no harm', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      a: { cmd: 'printf "\\\\377\\\\376ok\\\\n"; echo x > a', outs: ['a'] },
    }),
  })
  expect((await it.run()).end.stderr).toContain('[a] \ufffd\ufffdok\n')
  expect(readFileSync(it.path('.weir/logs/a.txt')).includes(Buffer.from([0xff, 0xfe, 0x6f]))).toBe(
    true,
  )
})

test('10,000 lines on two streams at once: every line is whole, shown and kept', async () => {
  const loop = (word: string): string => `for i in $(seq 1 5000); do echo "${word} $i"; done`
  const it = project({
    'pipeline.yaml': pipeline({
      a: { cmd: `(${loop('out')}) & (${loop('err')}) >&2; wait; echo x > a`, outs: ['a'] },
    }),
  })
  const run = await it.run()
  expect(outcomesOf(run)).toEqual({ a: 'ran' })
  const lines = it.read('.weir/logs/a.txt').split('\n').slice(1, -1)
  expect(lines).toHaveLength(10_000)
  expect(lines.filter((line) => !/^(out|err) \d+$/.test(line))).toEqual([])
  expect(run.end.stderr.match(/^\[a\] (out|err) \d+$/gm)).toHaveLength(10_000)
})

describe('a stage that closes its output early', () => {
  test('runs to its end', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: 'exec >&- 2>&-; sleep 0.1; echo x > a', outs: ['a'] },
      }),
    })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })
})
