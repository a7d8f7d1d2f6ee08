// A run that has nothing to do: it writes nothing, looks at stamps alone, and notices every kind of change.
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { describe, expect, it, vi } from 'vitest'
import { reasonText } from '../../src/store/reason.ts'
import { API, controlled, outcomesOf, type Project, pipeline, project } from './rig.ts'

const CELL = `import { defineStage, text } from '${API}'
import { shout } from './lib/shout.ts'
export default defineStage({
  title: 'cell',
  inputs: { quiet: text('in.txt') },
  outputs: { loud: text('loud.txt') },
  async run({ inputs, outputs }) {
    await outputs.loud.write(shout(await inputs.quiet.read()))
  },
})
`

/** A shell stage on a folder, a cell with a helper, a stage with a condition, one that takes a variable. */
function stages(): Project {
  return project({
    'in.txt': 'in\n',
    'params.yaml': 'n: 1\n',
    'data/a.txt': 'a\n',
    'data/deep/b.txt': 'b\n',
    'facts.json': '{"go": true}\n',
    'stages/cell.ts': CELL,
    'stages/lib/shout.ts':
      'export function shout(text: string): string {\n  return text.toUpperCase()\n}\n',
    'pipeline.yaml': pipeline({
      list: {
        cmd: 'find data -type f | wc -l > n.txt',
        deps: ['data'],
        params: ['n'],
        outs: ['n.txt'],
      },
      cell: { run: 'stages/cell.ts', deps: ['in.txt'], outs: ['loud.txt'] },
      maybe: {
        cmd: 'cp n.txt maybe.txt',
        when: 'facts.json:go',
        deps: ['n.txt'],
        outs: ['maybe.txt'],
      },
      env: { cmd: 'echo "$WHO" > who.txt', env: { WHO: null }, outs: ['who.txt'] },
    }),
  })
}

const MEMO = '.weir/memo'
const FROZEN = reasonText({ kind: 'frozen' })

function restMemos(it: Project): string[] {
  return readdirSync(it.path(MEMO)).filter((name) => name.startsWith('idle-'))
}

/** Runs until the project is known to have nothing to do: a file that was written a moment ago cannot be relied on. */
async function settle(it: Project): Promise<void> {
  expect((await it.run()).ok).toBe(true)
  await vi.waitFor(
    async () => {
      await it.run()
      expect(restMemos(it)).toHaveLength(1)
    },
    { timeout: 30_000, interval: 50 },
  )
}

/** Everything below a folder with its inode, size and times. */
function stamps(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(
    ['.', ...names].sort().map((name) => {
      const { ino, size, mtimeMs, ctimeMs } = lstatSync(join(root, name))
      return [name, [ino, size, mtimeMs, ctimeMs].join(' ')]
    }),
  )
}

describe('a run that has nothing to do', () => {
  it('writes nothing at all', async () => {
    const it = stages()
    await settle(it)
    const before = stamps(it.root)
    expect(new Set(Object.values(await it.outcomes()))).toEqual(new Set(['cached']))
    expect(stamps(it.root)).toEqual(before)
  })

  it('says what it remembers, once that it does remember', async () => {
    const it = stages()
    await settle(it)
    const [name = ''] = restMemos(it)
    const [, json = ''] = it.read(`${MEMO}/${name}`).split('\n')
    const changed = json.replaceAll('"unchanged"', '"frozen"')
    it.write({ [`${MEMO}/${name}`]: `${sha256(changed)}\n${changed}` })
    const { stages: told } = await it.run()
    expect(told.map(({ reasons }) => reasons[0])).toEqual(told.map(() => FROZEN))
  })

  it('remembers each selection for itself', async () => {
    const it = stages()
    await settle(it)
    expect(await it.outcomes('--until', 'list')).toEqual({ list: 'cached' })
    expect(restMemos(it)).toHaveLength(2)
    expect(Object.keys(await it.outcomes())).toHaveLength(4)
    expect(await it.outcomes('--until', 'list')).toEqual({ list: 'cached' })
  })

  it('leaves the notebook as it is, though a stage was skipped', async () => {
    const it = stages()
    it.write({ 'facts.json': '{"go": false}\n' })
    await settle(it)
    const before = stamps(it.root)
    expect((await it.outcomes()).maybe).toBe('skipped')
    expect(stamps(it.root)).toEqual(before)
  })

  it('is not told while another run goes on', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: 'echo > a', outs: ['a'] },
        hold: { cmd: controlled('hold'), outs: ['hold'] },
      }),
    })
    await it.listen()
    await vi.waitFor(
      async () => {
        await it.run('--only', 'a')
        expect(restMemos(it)).toHaveLength(1)
      },
      { timeout: 30_000, interval: 50 },
    )
    const other = it.start(['run', '--json'])
    const hold = await it.nextInvocation('hold')
    const waiting = it.start(['run', '--json', '--only', 'a'])
    await waiting.said('waiting')
    hold.exit(0, { hold: 'x' })
    expect((await other.ended).code).toBe(0)
    expect((await waiting.ended).code).toBe(0)
  })
})

/** A change, and the stages that a run after it does not find cached. */
type Change = readonly [what: string, change: (it: Project) => void, stages: readonly string[]]

const CHANGES: readonly Change[] = [
  [
    'a dependency of the same size with its time put back',
    (it) => {
      const { atime, mtime } = statSync(it.path('in.txt'))
      writeFileSync(it.path('in.txt'), 'IN\n')
      utimesSync(it.path('in.txt'), atime, mtime)
    },
    ['cell'],
  ],
  ['a file in a folder', (it) => appendFileSync(it.path('data/deep/b.txt'), 'c\n'), ['list']],
  ['a new file in a folder', (it) => it.write({ 'data/deep/c.txt': 'c\n' }), ['list', 'maybe']],
  ['a file that is gone from a folder', (it) => it.remove('data/a.txt'), ['list', 'maybe']],
  ['an output', (it) => it.scribble('n.txt', '7\n'), ['list']],
  ['an output that is gone', (it) => it.remove('who.txt'), ['env']],
  [
    'a module that a cell imports',
    (it) => it.edit('stages/lib/shout.ts', 'toUpperCase', 'toLowerCase'),
    ['cell'],
  ],
  ['a param', (it) => it.write({ 'params.yaml': 'n: 2\n' }), ['list']],
  ['a command', (it) => it.edit('pipeline.yaml', 'cp n.txt', 'cat n.txt n.txt | cat >'), ['maybe']],
  ['a condition', (it) => it.write({ 'facts.json': '{"go": false}\n' }), ['maybe']],
  ['the lock', (it) => it.remove('pipeline.lock'), ['cell', 'env', 'list', 'maybe']],
]

describe('after a run that had nothing to do, the next one notices', () => {
  it.each(CHANGES)('%s', async (_, change, expected) => {
    const it = stages()
    await settle(it)
    change(it)
    const outcomes = await it.outcomes()
    const others = Object.keys(outcomes).filter((name) => outcomes[name] !== 'cached')
    expect(others.sort()).toEqual(expected)
  })

  it('a variable that a stage takes', async () => {
    const it = stages()
    await settle(it)
    const end = await it.weir(['run', '--json'], { env: { WHO: 'me' } })
    expect(outcomesOf(JSON.parse(end.stdout)).env).toBe('ran')
    expect(it.read('who.txt')).toBe('me\n')
  })

  it('a notebook that is gone', async () => {
    const it = stages()
    await settle(it)
    it.remove('reports')
    await it.run()
    expect(it.has('reports/index.html')).toBe(true)
  })

  it('what a run that was killed has left', async () => {
    const it = stages()
    await settle(it)
    const left = it.path('.weir/tmp/00000000-0000-4000-8000-000000000000')
    mkdirSync(left, { recursive: true })
    await it.run()
    expect(readdirSync(it.path('.weir/tmp'))).toEqual([])
  })

  it('a memo that is damaged', async () => {
    const it = stages()
    await settle(it)
    const [name = ''] = restMemos(it)
    const path = `${MEMO}/${name}`
    it.write({ [path]: readFileSync(it.path(path), 'utf8').replace('cached', 'ran') })
    expect(new Set(Object.values(await it.outcomes()))).toEqual(new Set(['cached']))
  })
})

it('a plugin that takes a name of the tool is told, also where nothing else has changed', async () => {
  const it = project({
    'package.json': '{"weir": {"plugins": []}}',
    'pipeline.yaml': pipeline({ one: { cmd: 'echo 1 > one.txt', outs: ['one.txt'] } }),
    'node_modules/clash/package.json': JSON.stringify({
      name: 'clash',
      weir: { plugin: { commands: { status: { summary: 's' } } } },
    }),
  })
  await settle(it)
  expect(await it.weir(['run'])).toMatchObject({ code: 0, stderr: '' })
  expect(it.has('reports/index.html')).toBe(true)
  it.edit('package.json', '[]', '["clash"]')
  for (const words of [['run'], ['run', '--json'], []]) {
    const { code, stdout, stderr } = await it.weir(words)
    expect([words, code]).toEqual([words, 2])
    expect(stdout + stderr).toContain('PLUGIN_CLASH')
  }
})
