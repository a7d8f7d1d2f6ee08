// Both executors, local processes and a worker behind a spool, keep the same promises to a session.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import type { OpenExecutor } from '../../src/execute/executor.ts'
import { openLocalExecutor } from '../../src/execute/local.ts'
import type { RunEvent } from '../../src/session/events.ts'
import { readSealed } from '../../src/store/sealed.ts'
import { Pipeline, type StageText } from '../run/rig.ts'
import { cellHost, type SpoolRig, startSpool } from './spool-rig.ts'

let spool: SpoolRig
beforeAll(() => {
  spool = startSpool(join(process.cwd(), 'node_modules'))
})
afterAll(() => spool.end())

const EXECUTORS: readonly [string, OpenExecutor][] = [
  ['local processes', openLocalExecutor],
  ['a worker behind a spool', (host) => spool.open(host)],
]

type Files = Readonly<Record<string, string>>

/** A shell command that waits for an absolute path, and gives up before the test does. */
const waitFor = (path: string): string =>
  `i=0; until [ -e '${path}' ]; do i=$((i+1)); [ $i -gt 1000 ] && exit 9; sleep 0.02; done`

function linesOf(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'stage_log' ? [event.line] : []))
}

/** What is recorded of the only run in a project. */
function recordIn(root: string): unknown {
  const { runCache: folder } = layoutOf(root)
  const [path] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  )
  return readSealed<{ record: unknown }>(join(folder, String(path)))?.record
}

/** True while a process that a test's stage named runs. */
function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe.each(EXECUTORS)('%s', (_, executor) => {
  const pipeline = (stages: Readonly<Record<string, StageText>>, files: Files = {}): Pipeline =>
    new Pipeline(stages, files, { executor, cellHost: cellHost() })

  it('gives what follows the outputs of what was before, and finds all of it fresh then', async () => {
    const it = pipeline(
      {
        list: { cmd: 'mkdir -p d/in; cp a.txt d/in/a; echo x > d/b', deps: ['a.txt'], outs: ['d'] },
        join: { cmd: 'cat d/in/a d/b > j', deps: ['d'], outs: ['j'], metrics: [] },
      },
      { 'a.txt': 'a\n' },
    )
    expect((await it.run()).outcomes).toEqual(['list ran', 'join ran'])
    expect(it.read('j')).toBe('a\nx\n')
    expect((await it.run()).outcomes).toEqual(['list cached', 'join cached'])
    it.remove('d', 'j')
    expect((await it.run()).outcomes).toEqual(['list restored', 'join restored'])
  })

  it('keeps that a file may be executed, of an input and of an output', async () => {
    const it = pipeline({
      make: { cmd: "printf '#!/bin/sh\\necho made' > run.sh; chmod +x run.sh", outs: ['run.sh'] },
      use: { cmd: './run.sh > said', deps: ['run.sh'], outs: ['said'] },
    })
    expect((await it.run()).ok).toBe(true)
    expect(it.read('said')).toBe('made\n')
  })

  it('passes what a stage declares of its environment, and masks what is secret', async () => {
    const it = pipeline({
      a: {
        cmd: 'echo "$OPEN $TOKEN $WEIR_STAGE" | tee a.txt',
        env: { OPEN: 'open', TOKEN: { secret: true } },
        outs: ['a.txt'],
      },
    })
    it.environment.TOKEN = 'gehe1m-token'
    const { events } = await it.run()
    expect(it.read('a.txt')).toBe('open gehe1m-token a\n')
    expect(linesOf(events).at(-1)).toBe('open *** a')
    expect(it.read('.weir/logs/a.txt')).not.toContain('gehe1m-token')
  })

  it('gives lines while a stage runs, both streams of it, and all of them in its log', async () => {
    const it = pipeline({
      a: {
        cmd: `echo ready; ${waitFor('GATE')}; printf 'to stderr' >&2; echo last; touch a`,
        outs: ['a'],
      },
    })
    it.replace('GATE', join(it.root, 'go'))
    const { ok, events } = await it.run({}, (event) => {
      if (event.kind === 'stage_log' && event.line === 'ready') it.open('go')
    })
    expect(ok).toBe(true)
    expect(linesOf(events).slice(1).sort()).toEqual(['last', 'ready', 'to stderr'])
    expect(it.read('.weir/logs/a.txt')).toContain('to stderr\n')
  })

  it('tells which command failed and how, stops there, and brings the output of before back', async () => {
    const it = pipeline({ a: { cmd: 'cp n a', deps: ['n'], outs: ['a'] } }, { n: '1' })
    await it.run()
    it.define({ a: { cmd: ['echo half > a', 'exit 7', 'echo never'], deps: ['n'], outs: ['a'] } })
    const { results, events } = await it.run()
    expect(results[0]?.problem).toMatchObject({
      code: 'STAGE_FAILED',
      message: "stage 'a' failed: `exit 7` exited with 7",
    })
    expect(results[0]?.tail).toEqual(['> echo half > a', '> exit 7'])
    expect(linesOf(events)).not.toContain('never')
    expect(it.read('a')).toBe('1')
  })

  it('tells a signal that ended a stage', async () => {
    const it = pipeline({ a: { cmd: 'kill -9 $$', outs: ['a'] } })
    const { results } = await it.run()
    expect(results[0]?.problem?.message).toBe(
      "stage 'a' failed: `kill -9 $$` was killed by SIGKILL",
    )
  })

  it('refuses a stage that ended without its output', async () => {
    const it = pipeline({ a: { cmd: 'touch a', outs: ['a', 'b'] } })
    const { results } = await it.run()
    expect(results[0]?.problem?.code).toBe('OUT_MISSING')
    expect(it.read('a')).toBe(undefined)
  })

  it('stops a stage whose run is interrupted, with all that it started', async () => {
    const it = pipeline({ a: { cmd: 'echo $$; sleep 60 & wait', outs: ['a'] } })
    const stop = new AbortController()
    let pid = 0
    const { results } = await it.run(
      {},
      (event) => {
        if (event.kind !== 'stage_log' || !/^\d+$/.test(event.line)) return
        pid = Number(event.line)
        stop.abort()
      },
      stop.signal,
    )
    expect(results[0]?.problem?.code).toBe('INTERRUPTED')
    expect(pid).toBeGreaterThan(1)
    expect(runs(pid)).toBe(false)
  })

  it('kills at once a stage that does not listen', async () => {
    const it = pipeline({ a: { cmd: "trap '' TERM; echo ready; while :; do sleep 1; done" } })
    const [stop, kill] = [new AbortController(), new AbortController()]
    const { results } = await it.run(
      {},
      (event) => {
        if (event.kind !== 'stage_log' || event.line !== 'ready') return
        stop.abort()
        kill.abort()
      },
      stop.signal,
      { kill: kill.signal },
    )
    expect(results[0]?.problem?.code).toBe('INTERRUPTED')
  })

  it('ends a stage at its timeout, and brings the output of before back', async () => {
    const it = pipeline({ a: { cmd: 'cp n a', deps: ['n'], outs: ['a'] } }, { n: '1' })
    await it.run()
    it.define({
      a: { cmd: 'echo half > a; sleep 60', deps: ['n'], outs: ['a'], timeout: '300ms' },
    })
    const { results } = await it.run()
    expect(results[0]?.problem).toMatchObject({ code: 'STAGE_TIMEOUT' })
    expect(it.read('a')).toBe('1')
  })

  it('tries again as often as the stage says', async () => {
    const it = pipeline({
      a: { cmd: 'echo x >> TRIES; [ $(wc -l < TRIES) = 3 ] && touch a', outs: ['a'], retries: 3 },
    })
    it.replace('TRIES', join(it.root, 'tries'))
    const { outcomes, events } = await it.run()
    expect(outcomes).toEqual(['a ran'])
    expect(events.filter(({ kind }) => kind === 'stage_retry')).toHaveLength(2)
  })

  it('begins an output that persists with what was there', async () => {
    const stage = (cmd: string): Readonly<Record<string, StageText>> => ({
      a: { cmd, deps: ['n'], outs: [{ all: { persist: true } }] },
    })
    const it = pipeline(stage('cat n >> all'), { n: '1\n' })
    await it.run()
    it.write({ n: '2\n' })
    expect((await it.run()).ok).toBe(true)
    expect(it.read('all')).toBe('1\n2\n')
    it.define(stage('cat n >> all; exit 1'))
    expect((await it.run()).ok).toBe(false)
    expect(it.read('all')).toBe('1\n2\n')
  })

  it('runs a cell: its params, title, figures, what it shows, and its own failure', async () => {
    const it = pipeline(
      { a: { run: 'a.ts', deps: ['in.txt'], params: ['n'], outs: ['out.txt'] } },
      {
        'in.txt': 'text',
        'params.yaml': 'n: 1\n',
        'a.ts': `const port = (path) => ({ kind: 'file', path, input: (place) => place, output: (place) => place })
import { readFileSync, writeFileSync } from 'node:fs'
export default { title: 'A cell', inputs: { text: port('in.txt') }, outputs: { out: port('out.txt') }, run({ params, inputs, outputs, show, metrics, log }) {
  if (params.n === 2) throw Object.assign(new Error('not this'), { name: 'StageError', code: 'TOO_MANY', where: 'params.yaml', hint: 'less' })
  writeFileSync(outputs.out.path, readFileSync(inputs.text.path, 'utf8') + params.n)
  show.markdown('shown')
  metrics({ share: 0.5 })
  log('said')
} }
`,
      },
    )
    const first = await it.run()
    expect(first.results[0]?.problem).toBe(undefined)
    expect(it.read('out.txt')).toBe('text1')
    expect(linesOf(first.events)).toEqual(['said'])
    expect(recordIn(it.root)).toMatchObject({
      title: 'A cell',
      metrics: { share: 0.5 },
      shown: [{ kind: 'markdown', text: 'shown' }],
    })
    it.write({ 'params.yaml': 'n: 2\n' })
    expect((await it.run()).results[0]?.problem).toMatchObject({
      code: 'TOO_MANY',
      message: "stage 'a': not this",
      place: { file: 'params.yaml' },
      hint: 'less',
    })
    expect(it.read('out.txt')).toBe('text1')
    it.write({ 'params.yaml': 'n: 3\n' })
    it.write({
      'a.ts': `${it.read('a.ts')}`.replace('throw', 'missing(); throw').replace('=== 2', '> 1'),
    })
    expect((await it.run()).results[0]?.problem).toMatchObject({
      code: 'STAGE_FAILED',
      place: { file: 'a.ts', line: 4, col: 21, excerpt: expect.stringContaining('missing()') },
    })
  })

  it('leaves nothing of a run behind', async () => {
    const it = pipeline({ a: { cmd: 'touch a', outs: ['a'] } })
    await it.run()
    expect(readdirSync(join(it.root, '.weir/tmp'))).toEqual([])
  })
})

describe('a worker behind a spool', () => {
  const open: OpenExecutor = (host) => spool.open(host)

  it('has of the project just what a stage declares', async () => {
    const it = new Pipeline(
      { a: { cmd: 'ls -A > a; pwd >> a', deps: ['b'], outs: ['a'] } },
      { b: '', c: '' },
      { executor: open },
    )
    expect((await it.run()).ok).toBe(true)
    const names = it.read('a')?.split('\n') ?? []
    expect(names).toContain('b')
    expect(names).not.toContain('c')
    expect(names).not.toContain(it.root)
  })

  it('gets no more tasks at once than it takes, whatever --jobs says', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const it = new Pipeline(
      Object.fromEntries(names.map((name) => [name, { cmd: `touch ${name}`, outs: [name] }])),
      {},
      { executor: open },
    )
    let [now, most] = [0, 0]
    await it.run({ jobs: 5 }, (event) => {
      if (event.kind === 'stage_started') most = Math.max(most, ++now)
      if (event.kind === 'stage_ended') now--
    })
    expect(most).toBe(2)
  })

  it('fails a stage whose input is not what its key says when it is submitted', async () => {
    const late: OpenExecutor = (host) => {
      const executor = open(host)
      const submit: typeof executor.submit = (task) => {
        it.write({ b: '2\n' })
        return executor.submit(task)
      }
      return { ...executor, submit }
    }
    const stages = { c: { cmd: 'cp b c', deps: ['b'], outs: ['c'] } }
    const it = new Pipeline(stages, { b: '1\n' }, { executor: late })
    const { results } = await it.run()
    expect(results[0]?.problem?.code).toBe('INPUT_CHANGED')
    expect(existsSync(join(it.root, 'c'))).toBe(false)
  })
})
