// Hashing large files keeps nobody waiting: lines, timeouts and interrupts go through while it goes on.
// The large files are sparse: they take no room, and no machine hashes them while a test waits.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { canonicalJson, sha256 } from '@weir/base'
import { describe, expect, test } from 'vitest'
import { contentDigest } from '../../src/store/file-digest.ts'
import { blockText, checkedEntries, lockText } from '../../src/store/lock-text.ts'
import { processesWith, until } from './processes.ts'
import { jsonOf, type Project, pipeline, project, type RunJson } from './rig.ts'

const ENDLESS = 2 ** 40

function makeSparse(it: Project, path: string, size: number): void {
  writeFileSync(it.path(path), '')
  truncateSync(it.path(path), size)
}

/** True while a process has a file open. */
function hasOpen(pid: number | undefined, path: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === path)
  } catch {
    return false
  }
}

/** One stage reads a file that is hashed without end; another one talks when it is let. */
function talkative(): Project {
  const it = project({
    'pipeline.yaml': pipeline({
      talk: {
        cmd: 'until [ -e go ]; do sleep 0.02; done; seq 1 400000; echo "all is said"; sleep 600',
        outs: ['talk.txt'],
      },
      big: { cmd: 'echo > size.txt', deps: ['big.bin'], outs: ['size.txt'] },
    }),
  })
  makeSparse(it, 'big.bin', ENDLESS)
  return it
}

describe.runIf(process.platform === 'linux')('while a dependency is hashed', () => {
  test('lines of another stage come through, and an interrupt ends all of it', async () => {
    const it = talkative()
    const run = it.start(['run', '--jobs', '2'])
    await until('the hashing', () => hasOpen(run.child.pid, it.path('big.bin')), 30_000)
    it.write({ go: '' })
    await run.said('all is said')
    expect(hasOpen(run.child.pid, it.path('big.bin'))).toBe(true)
    run.kill('SIGINT')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(processesWith('WEIR_ROOT', it.root)).toEqual([])
    expect(it.contents('.weir/memo')['.weir/memo/files.json'] ?? '').not.toContain('big.bin')
  })

  test('and another stage floods its log: timeouts go off, an interrupt is told and stops all of it', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        flood: {
          cmd: 'trap "echo x > term; exit 1" TERM; yes "$(seq 1 30 | tr -d "\\n")" & wait',
          outs: ['flood.txt'],
        },
        big: { cmd: 'echo > size.txt', deps: ['big.bin'], outs: ['size.txt'] },
        late: { cmd: 'sleep 600', timeout: '1s', outs: ['late.txt'] },
        later: { cmd: 'touch reached; sleep 600', outs: ['later.txt'] },
      }),
    })
    makeSparse(it, 'big.bin', ENDLESS)
    const before = ['sh', '-c', 'exec "$@" > out.txt 2>&1', 'x']
    const run = it.start(['run', '--keep-going', '--jobs', '3'], { before })
    await until('the hashing', () => hasOpen(run.child.pid, it.path('big.bin')), 30_000)
    await until('the timeout, which lets the last stage begin', () => it.has('reached'), 30_000)
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
    expect(it.has('term')).toBe(true)
    const said = it.read('out.txt')
    expect(said).toContain('error[STAGE_TIMEOUT]: ')
    expect(said).toContain('interrupted: stopping 3 stages')
    expect(it.size('.weir/logs/flood.txt')).toBeGreaterThan(1e6)
    expect(processesWith('WEIR_ROOT', it.root)).toEqual([])
  })

  test('an interrupt does not keep the notebook from being written', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        pages: { cmd: 'mkdir -p o && echo > o/page.html', outs: ['o'] },
        big: { cmd: 'echo > size.txt', deps: ['big.bin', 'o'], outs: ['size.txt'] },
      }),
    })
    makeSparse(it, 'big.bin', ENDLESS)
    const run = it.start(['run'])
    await until('the hashing', () => hasOpen(run.child.pid, it.path('big.bin')), 30_000)
    run.kill('SIGINT')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(`${end.stdout}${end.stderr}`).not.toContain('could not be written')
    expect(it.read('reports/index.html')).toContain('o/page.html')
  })

  test('an interrupt is told with its code', async () => {
    const it = talkative()
    const run = it.start(['run', '--json', '--only', 'big'])
    await until('the hashing', () => hasOpen(run.child.pid, it.path('big.bin')), 30_000)
    run.kill('SIGTERM')
    const end = await run.ended
    expect(end.code).toBe(130)
    expect(jsonOf<RunJson>(end).stages[0]?.error?.code).toBe('INTERRUPTED')
  })

  test.each([
    [['status']],
    [['explain', 'big']],
    [['run', '--dry-run']],
  ])('weir %j is ended by an interrupt too', async (args) => {
    const it = talkative()
    const run = it.start(args)
    await until('the hashing', () => hasOpen(run.child.pid, it.path('big.bin')), 30_000)
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
  })
})

test('a timeout goes off while the output is hashed, and the old output comes back', async () => {
  const it = project({
    'n.txt': '4',
    'pipeline.yaml': pipeline({
      a: {
        cmd: 'truncate -s "$(cat n.txt)" out.bin',
        deps: ['n.txt'],
        outs: [{ 'out.bin': { cache: false } }],
        timeout: '5s',
      },
    }),
  })
  expect((await it.run()).ok).toBe(true)
  const before = it.contents('pipeline.lock', 'out.bin')
  it.write({ 'n.txt': String(ENDLESS) })
  const run = await it.run()
  expect(run.stages[0]?.error?.code).toBe('STAGE_TIMEOUT')
  expect(it.contents('pipeline.lock', 'out.bin')).toEqual(before)
})

test('large files and many files are hashed, kept and brought back, and the run ends by itself', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      big: {
        cmd: 'cat big.bin big.bin > twice.bin',
        deps: ['big.bin'],
        outs: ['twice.bin'],
      },
      many: {
        cmd: 'mkdir -p many/in; for i in $(seq 1500); do echo $i > many/in/$i; done',
        outs: ['many'],
      },
    }),
  })
  writeFileSync(it.path('big.bin'), Buffer.alloc(20 << 20, 'weir'))
  const first = await it.run()
  expect(first.end).toMatchObject({ code: 0 })
  expect(await it.outcomes()).toEqual({ big: 'cached', many: 'cached' })
  const before = it.contents('many', 'twice.bin')
  it.remove('many', 'twice.bin')
  expect(await it.outcomes()).toEqual({ big: 'restored', many: 'restored' })
  expect(it.contents('many', 'twice.bin')).toEqual(before)
  it.write({ 'many/in/700': 'changed' })
  it.remove('many/in/900')
  expect(await it.outcomes()).toEqual({ big: 'cached', many: 'restored' })
  expect(it.contents('many')).toEqual(
    Object.fromEntries(Object.entries(before).filter(([path]) => path.startsWith('many/'))),
  )
})

/** Makes a project as it was when a large file's digest was the SHA-256 of its bytes. */
function makeOld(it: Project, bytes: Buffer): void {
  const entries = checkedEntries(it.read('pipeline.lock')) as Map<string, { document: object }>
  const old = (value: object) =>
    JSON.parse(JSON.stringify(value).replaceAll(contentDigest(bytes), sha256(bytes)))
  const blocks = [...entries].map(([name, entry]): [string, string] => {
    const { document, ...rest } = old(entry)
    return [name, blockText(name, { ...rest, document, key: sha256(canonicalJson(document)) })]
  })
  it.write({ 'pipeline.lock': lockText(new Map(blocks)) })
  const place = (digest: string) => it.path(`.weir/cache/${digest.slice(0, 2)}/${digest.slice(2)}`)
  mkdirSync(dirname(place(sha256(bytes))), { recursive: true })
  renameSync(place(contentDigest(bytes)), place(sha256(bytes)))
  const { pieces: _, ...memo } = JSON.parse(it.read('.weir/memo/files.json').replace(/^.*\n/, ''))
  const text = JSON.stringify(old(memo))
  it.write({ '.weir/memo/files.json': `${sha256(text)}\n${text}` })
  it.remove('.weir/runs')
}

test('an entry with the SHA-256 of a large file counts as changed: its stage runs once more', async () => {
  const bytes = Buffer.alloc(17 << 20, 'weir')
  const it = project({
    'small.txt': 'x',
    'pipeline.yaml': pipeline({
      large: { cmd: 'cp big.bin copy.bin', deps: ['big.bin'], outs: ['copy.bin'] },
      small: { cmd: 'cp small.txt copy.txt', deps: ['small.txt'], outs: ['copy.txt'] },
    }),
  })
  writeFileSync(it.path('big.bin'), bytes)
  expect(await it.outcomes()).toEqual({ large: 'ran', small: 'ran' })
  expect(it.read('pipeline.lock')).toContain(contentDigest(bytes))
  makeOld(it, bytes)
  expect(it.read('pipeline.lock')).not.toContain(contentDigest(bytes))
  expect(await it.states()).toEqual({ large: 'stale', small: 'fresh' })
  expect(await it.outcomes()).toEqual({ large: 'ran', small: 'cached' })
  expect(it.read('pipeline.lock')).toContain(contentDigest(bytes))
  expect(it.read('pipeline.lock')).not.toContain(sha256(bytes))
  it.remove('copy.bin')
  expect(await it.outcomes()).toEqual({ large: 'restored', small: 'cached' })
  expect(readFileSync(it.path('copy.bin')).equals(bytes)).toBe(true)
})
