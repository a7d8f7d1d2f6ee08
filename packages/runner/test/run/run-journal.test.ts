// The journal of a run: what stands in it, when it is written, and what a kill, a full disk and many runs leave of it.
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diskFiles, type Files } from '@weir/base/files'
import { ownSight } from '@weir/base/process'
import { describe, expect, it } from 'vitest'
import { soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { lastRuns, readJournal, recordedRun } from '../../src/session/recorded-run.ts'
import type { JournalLine } from '../../src/session/run-events.ts'
import { newRunId } from '../../src/session/run-id.ts'
import { journalledRuns, journalPath } from '../../src/session/run-journal.ts'
import { KEPT_LOGS, runLogPath } from '../../src/session/run-logs.ts'
import type { Finished } from '../../src/session/run-request.ts'
import { gate, Pipeline, type StageText } from './rig.ts'

const TWO: Record<string, StageText> = {
  a: { cmd: 'echo in a; echo ${n} > a', params: ['n'], outs: ['a'] },
  b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
}

function two(stages = TWO): Pipeline {
  return new Pipeline(stages, { 'params.yaml': 'n: 1\nnote: hunter2-is-secret\n' })
}

const runsOf = ({ root }: Pipeline, files = diskFiles) => journalledRuns(layoutOf(root), files)
const linesOf = (it: Pipeline, run: string): JournalLine[] =>
  readJournal(layoutOf(it.root), run, diskFiles)
const recordedOf = (it: Pipeline) => lastRuns(layoutOf(it.root), diskFiles)
const kinds = (lines: readonly JournalLine[]) =>
  lines.filter(({ kind }) => kind !== 'git').map(({ kind }) => kind)
/** The only run of a project. */
function only(it: Pipeline): string {
  const [run, ...others] = runsOf(it)
  if (run === undefined || others.length > 0) throw new Error(`there are ${others.length + 1} runs`)
  return run
}

describe('the id of a run', () => {
  it('is in order of time, and unlike that of any other run of the same moment', () => {
    const at = (text: string) => newRunId(new Date(text), '0a1b2c3d')
    expect(at('2026-11-24T20:52:13.007Z')).toBe('20261124-205213-007-0a1b2c3d')
    const times = [
      '1999-12-31T23:59:59.999Z',
      '2026-01-02T00:00:00.000Z',
      '2026-01-02T00:00:00.001Z',
    ]
    expect(times.map(at).sort()).toEqual(times.map(at))
    const now = new Date()
    expect(new Set(Array.from({ length: 50 }, () => newRunId(now))).size).toBe(50)
  })
})

describe('what is written', () => {
  it('begins with what ran, and ends with how; each line has its time', async () => {
    const it = two()
    await it.run({ command: 'weir run --until b' })
    const lines = linesOf(it, only(it))
    expect(kinds(lines)).toEqual([
      ...['run', 'run_started', 'stage_started', 'stage_ended', 'stage_started', 'stage_ended'],
      'run_ended',
    ])
    expect(lines[0]).toMatchObject({
      schema: 'weir/run/1',
      run: only(it),
      weir: '0.0.0',
      program: 'test',
      node: process.version,
      pid: process.pid,
      command: 'weir run --until b',
      params: { 'params.yaml': { n: 1 } },
    })
    expect(lines.at(-1)).toMatchObject({ ok: true, problems: [] })
    for (const { at } of lines) expect(new Date(at).toISOString()).toBe(at)
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort())
  })

  it('names the key of what ran, and the problem and the log of what failed, relative to the project', async () => {
    const it = two({ ...TWO, c: { cmd: 'echo boom; exit 3', deps: ['b'] } })
    await it.run()
    const [run] = recordedOf(it)
    expect(run).toMatchObject({
      result: 'failed',
      stages: [
        { name: 'a', outcome: 'ran', key: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
        { name: 'b', outcome: 'ran' },
        {
          name: 'c',
          outcome: 'failed',
          problem: { code: 'STAGE_FAILED' },
          logPath: '.weir/logs/c.txt',
        },
      ],
    })
    expect(run?.stages[2]).not.toHaveProperty('key')
    expect(run?.stages[2]).not.toHaveProperty('tail')
  })

  it('is nothing where a run has nothing to do, but its lines are there for the notebook', async () => {
    const it = two()
    await it.run()
    const before = runsOf(it)
    const seen: Finished[] = []
    await it.run({}, undefined, undefined, {
      async afterwards(finished) {
        seen.push(finished)
      },
    })
    expect(runsOf(it)).toEqual(before)
    const idle = recordedRun(seen[0]?.lines ?? [])
    expect(idle?.stages.map(({ outcome }) => outcome)).toEqual(['cached', 'cached'])
    expect(idle?.result).toBe('ok')
  })

  it('also tells of stages that had nothing to do, once another one has', async () => {
    const it = two()
    await it.run()
    it.remove('b')
    await it.run()
    const [run] = recordedOf(it)
    expect(run?.stages.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['a', 'cached'],
      ['b', 'restored'],
    ])
  })

  it('tells of retries, warnings and interrupts', async () => {
    const it = two({ a: { cmd: `echo at work; ${gate('never')}`, retries: 1 } })
    const stop = new AbortController()
    await it.run(
      {},
      (event) => {
        if (event.kind === 'stage_log' && event.line === 'at work') stop.abort()
      },
      stop.signal,
    )
    expect(kinds(linesOf(it, only(it)))).toContain('interrupted')
    expect(recordedOf(it)).toMatchObject([{ result: 'interrupted' }])

    const again = two({ a: { cmd: 'exit 1', retries: 1 } })
    await again.run()
    expect(kinds(linesOf(again, only(again)))).toContain('stage_retry')
  })

  it('masks the values of secret variables, also among the params and in the command line', async () => {
    const it = two({ a: { cmd: 'echo a', env: { TOKEN: { secret: true } } } })
    const env = { ...process.env, TOKEN: 'hunter2-is-secret' }
    await it.run({ command: 'weir run -S note=hunter2-is-secret' }, undefined, undefined, {}, env)
    const text = it.read(`.weir/history/${only(it)}.jsonl`)
    expect(text).not.toContain('hunter2')
    expect(text).toContain('-S note=***')
    expect(text).toContain('"note":"***"')
  })
})

describe('a run that did not end', () => {
  it('is told by the lines until then; a torn one is left out', async () => {
    const it = two()
    await it.run()
    const path = journalPath(layoutOf(it.root), only(it))
    const text = it.read(`.weir/history/${only(it)}.jsonl`) ?? ''
    const until = text.indexOf('"stage_ended"')
    truncateSync(path, Buffer.byteLength(text.slice(0, until)))
    expect(recordedOf(it)).toMatchObject([
      { result: 'unfinished', seconds: null, stages: [{ name: 'a', outcome: 'unfinished' }] },
    ])
  })

  it('is at work where its very process holds the lock of the project', async () => {
    const it = two({ a: { cmd: `echo at work; ${gate('done')}` } })
    const running = it.run({}, (event) => {
      if (event.kind === 'stage_log' && event.line === 'at work') {
        expect(recordedOf(it)).toMatchObject([{ result: 'running', stages: [{ name: 'a' }] }])
        it.open('done')
      }
    })
    expect((await running).ok).toBe(true)
    expect(recordedOf(it)).toMatchObject([{ result: 'ok' }])
  })

  it('is not at work where another process holds that lock', async () => {
    const it = two()
    await it.run()
    const { journal, text } = {
      journal: only(it),
      text: it.read(`.weir/history/${only(it)}.jsonl`),
    }
    const head = text?.split('\n')[0] ?? ''
    it.write({ [`.weir/history/${journal}.jsonl`]: `${head}\n` })
    const holder = {
      ...ownSight().self,
      pid: process.ppid,
      start: null,
      since: '',
      what: 'weir run',
    }
    const nonce = '01234567-89ab-cdef-0123-456789abcdef'
    it.write({ [`.weir/run.lock/${nonce}`]: JSON.stringify({ ...holder, nonce }) })
    expect(recordedOf(it)).toMatchObject([{ result: 'unfinished', stages: [] }])
  })
})

describe('what cannot be written or read', () => {
  /** Files of which some writes fail. */
  const failing = (fails: (write: number) => boolean): Files => {
    let writes = 0
    return {
      ...diskFiles,
      write(file, content) {
        if (!fails(++writes)) diskFiles.write(file, content)
        else {
          diskFiles.write(file, content.slice(0, 5))
          throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', errno: -28 })
        }
      },
    }
  }

  it('ends no run; it is said once, and what follows is readable', async () => {
    const it = two()
    const files = failing((write) => write === 2 || write === 3)
    const { ok, events } = await it.run({}, undefined, undefined, { files })
    expect(ok).toBe(true)
    const warnings = events.filter((event) => event.kind === 'warning')
    expect(warnings).toMatchObject([{ message: expect.stringContaining('journal') as string }])
    const lines = linesOf(it, only(it))
    expect(lines[0]?.kind).toBe('run')
    expect(lines.at(-1)?.kind).toBe('run_ended')
    expect(recordedOf(it)).toMatchObject([{ result: 'ok' }])
  })

  it('at all, as where a file has the name of the folder, ends no run either', async () => {
    const it = two()
    it.write({ '.weir/history': 'mine\n' })
    const { ok, events } = await it.run()
    expect(ok).toBe(true)
    expect(events.filter((event) => event.kind === 'warning')).toHaveLength(1)
    expect(it.read('.weir/history')).toBe('mine\n')
  })

  it('is no run: a folder, another version, a file of somebody else', async () => {
    const it = two()
    await it.run()
    const folder = layoutOf(it.root).runJournals
    mkdirSync(join(folder, 'x.jsonl'))
    writeFileSync(join(folder, 'y.jsonl'), '{"at": "", "kind": "run", "schema": "weir/run/99"}\n')
    writeFileSync(join(folder, 'z.jsonl'), '[1]\nnull\n{}\n')
    expect(recordedOf(it)).toHaveLength(1)
  })
})

describe('the logs of a run', () => {
  it('are kept by run, also where the next run writes the same log', async () => {
    const it = two()
    await it.run()
    it.write({ 'params.yaml': 'n: 2\n' })
    await it.run()
    const layout = layoutOf(it.root)
    for (const run of runsOf(it))
      expect(diskFiles.read(runLogPath(layout, run, soleInstance('a')))).toContain('in a')
    expect(runsOf(it)).toHaveLength(2)
    expect(diskFiles.read(runLogPath(layout, runsOf(it)[1] ?? '', soleInstance('b')))).toContain(
      '> cp a b',
    )
  })

  it('are there while the stage runs, and of the last attempt', async () => {
    const it = two({
      a: {
        cmd: 'if [ -e again ]; then echo second; else touch again; echo first; exit 1; fi',
        retries: 1,
      },
    })
    const layout = layoutOf(it.root)
    const seen: (string | undefined)[] = []
    await it.run({}, (event) => {
      if (event.kind === 'stage_log' && !event.line.startsWith('>'))
        seen.push(
          diskFiles
            .read(runLogPath(layout, only(it), soleInstance('a')))
            ?.split('\n')
            .at(-2),
        )
    })
    expect(seen).toEqual(['first', 'second'])
    expect(diskFiles.read(runLogPath(layout, only(it), soleInstance('a')))).not.toContain(
      '\nfirst\n',
    )
  })

  it('are those of the last runs only; the journals stay longer', async () => {
    const it = two()
    const history = layoutOf(it.root).runJournals
    for (let n = 0; n < KEPT_LOGS + 3; n++) {
      it.write({
        [`.weir/history/20240101-000000-000-${n.toString().padStart(8, '0')}/a.txt`]: 'old\n',
        [`.weir/history/20240101-000000-000-${n.toString().padStart(8, '0')}.jsonl`]: '\n',
      })
    }
    await it.run()
    const folders = readdirSync(history).filter((name) => !name.endsWith('.jsonl'))
    expect(folders).toHaveLength(KEPT_LOGS)
    expect(folders.at(-1)).toBe(runsOf(it).at(-1))
    expect(runsOf(it)).toHaveLength(KEPT_LOGS + 4)
  })
})
