// The door for programs, driven as a program elsewhere would: by its name alone, no command line, results as data.
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import {
  type OpenExecutor,
  open,
  openLocalExecutor,
  type Project,
  type RunEvent,
  reasonText,
} from '@weir/runner/program'
import { describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { folderWith, write } from '../project-folder.ts'

const STAGES = {
  upper: { cmd: 'tr a-z A-Z < in.txt > up.txt; echo said', deps: ['in.txt'], outs: ['up.txt'] },
  count: {
    cmd: 'wc -c < up.txt | tr -d " " > n.txt; echo "{\\"n\\": ${top}}" > m.json',
    deps: ['up.txt'],
    params: ['top'],
    outs: ['n.txt'],
    metrics: ['m.json'],
  },
}
const FILES = { 'in.txt': 'word', 'params.yaml': '# kept\ntop: 1\n', 'package.json': '{}' }

/** A project of two stages that is open. */
async function project(
  stages: Readonly<Record<string, object>> = STAGES,
  files: Readonly<Record<string, string>> = {},
): Promise<Project> {
  const text = stringify({ stages }, { aliasDuplicateObjects: false })
  return open(folderWith({ ...FILES, 'pipeline.yaml': text, ...files }))
}

/** The states of a plan by stage. */
async function states(it: Project, options?: Parameters<Project['plan']>[0]): Promise<unknown> {
  const plan = await it.plan(options)
  return plan.ok ? Object.fromEntries(plan.stages.map(({ name, state }) => [name, state])) : plan
}

/** The outcomes of a run by stage. */
async function outcomes(it: Project, options?: Parameters<Project['run']>[0]): Promise<unknown> {
  const run = await it.run(options)
  if (run.kind !== 'finished') return run
  return Object.fromEntries(run.stages.map(({ name, outcome }) => [name, outcome]))
}

describe('open', () => {
  it('takes the very folder of a project, and opens none around it', async () => {
    const it = await project()
    write(it.root, { 'inner/file': '' })
    await expect(open(join(it.root, 'inner'))).rejects.toMatchObject({ code: 'NO_PROJECT' })
  })

  it('refuses a package.json with a plugin that is not there', async () => {
    const files = { 'package.json': '{"weir": {"plugins": ["nobody"]}}' }
    await expect(project(STAGES, files)).rejects.toMatchObject({ code: 'PLUGIN_MISSING' })
  })

  it('has a workspace elsewhere restore what another one ran', async () => {
    const it = await project()
    await it.run()
    const text = readFileSync(join(it.root, 'pipeline.yaml'), 'utf8')
    const elsewhere = folderWith({ ...FILES, 'pipeline.yaml': text })
    const state = join(it.root, '.weir')
    const layout = { cache: join(state, 'cache'), runCache: join(state, 'runs') }
    const other = await open(elsewhere, { layout })
    expect(await outcomes(other)).toEqual({ upper: 'restored', count: 'restored' })
  })

  it('runs with settings and a lock of its own, and leaves the files of people as they were', async () => {
    const people = await project()
    await people.run()
    const files = ['params.yaml', 'pipeline.lock'].map((name) => join(people.root, name))
    const before = files.map((path) => readFileSync(path, 'utf8'))
    const lock = join(people.root, '.weir', 'own', 'pipeline.lock')
    const own = await open(people.root, { layout: { lock } })
    const asked = { settings: { top: 2 }, keepParams: true }
    expect(await outcomes(own, asked)).toEqual({ upper: 'restored', count: 'ran' })
    expect(await outcomes(own, asked)).toEqual({ upper: 'cached', count: 'cached' })
    expect(files.map((path) => readFileSync(path, 'utf8'))).toEqual(before)
    expect(readFileSync(join(people.root, 'm.json'), 'utf8')).toContain('2')
    // Nothing of it is taken for the state of people's files.
    expect(await outcomes(people)).toEqual({ upper: 'cached', count: 'restored' })
    expect(readFileSync(join(people.root, 'm.json'), 'utf8')).toContain('1')
  })

  it('resolves the references that it is given', async () => {
    const stages = { a: { cmd: 'touch a', deps: ['made://x'], outs: ['a'] } }
    const folder = folderWith({ 'pipeline.yaml': stringify({ stages }), 'params.yaml': '{}' })
    let version = 1
    const it = await open(folder, { references: { made: async () => JSON.stringify(version) } })
    expect(await outcomes(it)).toEqual({ a: 'ran' })
    expect(await outcomes(it)).toEqual({ a: 'cached' })
    version = 2
    expect(await outcomes(it)).toEqual({ a: 'ran' })
  })
})

describe('plan', () => {
  it('says what would run and why, with the key of what can be known', async () => {
    const it = await project()
    const plan = await it.plan()
    if (!plan.ok) throw new Error('no plan')
    const [upper, count] = plan.stages
    expect([upper?.state, upper?.reasons.map(reasonText)]).toEqual([
      'missing',
      ['no run of it is recorded'],
    ])
    expect(Object.keys(upper?.document?.deps ?? {})).toEqual(['in.txt'])
    expect([count?.key, count?.reasons.map(reasonText)]).toEqual([
      undefined,
      ['upper is not fresh'],
    ])
    await it.run()
    expect(await states(it)).toEqual({ upper: 'fresh', count: 'fresh' })
    expect(it.read().stage('upper')?.key).toBe(upper?.key)
  })

  it('takes targets and settings, and leaves params.yaml as it is', async () => {
    const it = await project()
    await it.run()
    expect(await states(it, { until: ['upper'] })).toEqual({ upper: 'fresh' })
    expect(await states(it, { settings: { top: 2 } })).toEqual({ upper: 'fresh', count: 'stale' })
    expect(readFileSync(join(it.root, 'params.yaml'), 'utf8')).toBe(FILES['params.yaml'])
  })

  it('gives what leaves no pipeline as problems, and of one stage as that stage’s', async () => {
    const it = await project({ a: { cmd: 'cat none', deps: ['none'] } })
    const plan = await it.plan()
    expect(plan).toMatchObject({
      stages: [{ state: 'broken', problems: [{ code: 'DEP_MISSING' }] }],
    })
    write(it.root, { 'pipeline.yaml': 'stages: 3\n' })
    expect(await it.plan()).toMatchObject({ ok: false, problems: [{ code: 'BAD_VALUE' }] })
  })
})

describe('run', () => {
  it('brings the pipeline up to date, and tells events as they come', async () => {
    const it = await project()
    const events: RunEvent[] = []
    const run = await it.run({ onEvent: (event) => events.push(event), command: 'a test' })
    if (run.kind !== 'finished') throw new Error(run.kind)
    expect([run.ok, run.interrupted, run.notebook]).toEqual([true, false, 'reports/index.html'])
    expect(run.stages.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['upper', 'ran'],
      ['count', 'ran'],
    ])
    expect(events.filter(({ kind }) => kind === 'stage_log')).toContainEqual({
      kind: 'stage_log',
      stage: 'upper',
      line: 'said',
    })
    expect(events.at(-1)).toMatchObject({ kind: 'run_ended', ok: true })
    const [recorded] = it.read().runs()
    expect([recorded?.head.run, recorded?.head.command]).toEqual([run.run, 'a test'])
    expect(await outcomes(it)).toEqual({ upper: 'cached', count: 'cached' })
    expect(it.read().runs()).toHaveLength(1)
  })

  it('takes targets, and writes settings into params.yaml as a person would', async () => {
    const it = await project()
    expect(await outcomes(it, { until: ['upper'] })).toEqual({ upper: 'ran' })
    expect(await outcomes(it, { settings: { top: 7 } })).toEqual({ upper: 'cached', count: 'ran' })
    expect(readFileSync(join(it.root, 'params.yaml'), 'utf8')).toBe('# kept\ntop: 7\n')
    expect(readFileSync(join(it.root, 'm.json'), 'utf8')).toBe('{"n": 7}\n')
    expect(await outcomes(it, { only: ['count'], force: true })).toEqual({ count: 'ran' })
  })

  it('refuses what is wrong before anything runs, and writes nothing', async () => {
    const it = await project({ ...STAGES, bad: { cmd: 'cat none', deps: ['none'] } })
    const run = await it.run({ settings: { top: 2 } })
    expect(run).toMatchObject({ kind: 'refused', ok: false, problems: [{ code: 'DEP_MISSING' }] })
    expect(await it.run({ until: ['uper'] })).toMatchObject({
      problems: [{ code: 'UNKNOWN_STAGE', hint: "did you mean 'upper'?" }],
    })
    expect(readFileSync(join(it.root, 'params.yaml'), 'utf8')).toBe(FILES['params.yaml'])
    expect(existsSync(join(it.root, 'up.txt'))).toBe(false)
    expect(await outcomes(it, { keepGoing: true })).toMatchObject({ upper: 'ran', bad: 'failed' })
  })

  it('gives a failure as a result', async () => {
    const it = await project({ a: { cmd: 'echo last; exit 3' } })
    const run = await it.run()
    expect(run).toMatchObject({
      kind: 'finished',
      ok: false,
      stages: [
        {
          outcome: 'failed',
          problem: { code: 'STAGE_FAILED' },
          tail: ['> echo last; exit 3', 'last'],
        },
      ],
    })
  })

  it('stops when its signal aborts, and before it began it has done nothing', async () => {
    const it = await project({ a: { cmd: 'echo up; sleep 60', outs: ['a'] } })
    expect(await it.run({ signal: AbortSignal.abort() })).toMatchObject({ ok: false })
    const stop = new AbortController()
    const run = await it.run({
      signal: stop.signal,
      onEvent: (event) => event.kind === 'stage_log' && event.line === 'up' && stop.abort(),
    })
    expect(run).toMatchObject({
      kind: 'finished',
      interrupted: true,
      stages: [{ problem: { code: 'INTERRUPTED' } }],
    })
    expect(it.read().runs()[0]?.result).toBe('interrupted')
  })

  it('waits while another run is at work, and is told of it', async () => {
    const it = await project({
      a: { cmd: 'until [ -e go ]; do sleep 0.02; done; touch a', outs: ['a'] },
    })
    const first = it.run({ onEvent: (event) => event.kind === 'stage_started' && begun() })
    let begun = (): void => undefined
    await new Promise<void>((resolve) => {
      begun = resolve
    })
    const second = it.run({
      onEvent: (event) => event.kind === 'waiting' && write(it.root, { go: '' }),
    })
    expect(await first).toMatchObject({ ok: true })
    expect(await second).toMatchObject({ stages: [{ outcome: 'cached' }] })
  })

  it('has an executor from outside run the tasks', async () => {
    const it = await project()
    const taken: string[] = []
    const executor: OpenExecutor = (host) => {
      const here = openLocalExecutor(host)
      return {
        ...here,
        submit(task) {
          taken.push(task.id.stage)
          return here.submit(task)
        },
      }
    }
    expect(await outcomes(it, { executor })).toEqual({ upper: 'ran', count: 'ran' })
    expect(taken).toEqual(['upper', 'count'])
  })

  it('writes nothing to the streams of its process, takes no signal, and leaves the exit code', async () => {
    const it = await project({ ...STAGES, bad: { cmd: 'exit 1' } })
    const writes = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')]
    const before = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) =>
      process.listenerCount(name),
    )
    const seen: number[][] = []
    await it.run({
      onEvent() {
        seen.push(
          ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) => process.listenerCount(name)),
        )
      },
    })
    await it.plan()
    const calls = writes.map(({ mock }) => mock.calls.length)
    for (const spy of writes) spy.mockRestore()
    expect(calls).toEqual([0, 0])
    expect(new Set(seen.map(String))).toEqual(new Set([String(before)]))
    expect(process.exitCode).toBe(undefined)
  })

  it('leaves the page to whoever asks for none', async () => {
    const it = await project()
    expect(await it.run({ notebook: false })).not.toHaveProperty('notebook')
    expect(existsSync(join(it.root, 'reports'))).toBe(false)
  })
})

describe('read', () => {
  it('gives lock, artefacts, figures and logs of what ran', async () => {
    const it = await project()
    const run = await it.run()
    const records = it.read()
    expect(records.stages().map(({ name }) => name)).toEqual(['count', 'upper'])
    expect(records.stage('count')?.record?.metrics).toEqual({ n: 1 })
    expect(records.artefacts().map(({ path, stage }) => [path, stage])).toEqual([
      ['m.json', 'count'],
      ['n.txt', 'count'],
      ['up.txt', 'upper'],
    ])
    expect(records.artefact('up.txt')).toMatchObject({
      kind: 'file',
      size: 4,
      key: records.stage('upper')?.key,
    })
    const id = run.kind === 'finished' ? run.run : ''
    for (const path of [records.log('upper'), records.log('upper', id)])
      expect(readFileSync(String(path), 'utf8')).toContain('said\n')
    expect(records.events(id).map(({ kind }) => kind)).toContain('run_ended')
    expect(records.run(id)?.stages.map(({ outcome }) => outcome)).toEqual(['ran', 'ran'])
  })

  it('has nothing of a stage, run or path that is not there, whatever it is called', async () => {
    const it = await project()
    await it.run()
    const records = it.read()
    expect([records.stage('none'), records.artefact('none'), records.run('none')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    renameSync(join(it.root, 'up.txt'), join(it.root, 'x.jsonl'))
    expect(records.events('../../x')).toEqual([])
    expect([records.log('none'), records.log('upper', '../logs')]).toEqual([undefined, undefined])
  })

  it('writes nothing, also where pipeline.yaml is broken, and throws for a lock that is', async () => {
    const it = await project()
    expect(it.read().stages()).toEqual([])
    expect(readdirSync(it.root)).not.toContain('.weir')
    await it.run()
    write(it.root, { 'pipeline.yaml': '{' })
    expect(it.read().stages()).toHaveLength(2)
    write(it.root, { 'pipeline.lock': 'schema: weir/lock/2\nstages:\n  mine: 1\n' })
    expect(() => it.read()).toThrow(expect.objectContaining({ code: 'LOCK_DAMAGED' }))
  })
})
