// The log of predictions: what a line holds, that serving never waits for it, and what a bad disk costs.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDocument } from '@weir/formats/document'
import { PredictionLine } from '@weir/formats/prediction-log'
import { describe, expect, it, onTestFinished } from 'vitest'
import { appendOnDisk, type Noted, openPredictionLog } from '../src/prediction-log.ts'

const NOTED: Noted = {
  request: 'req-1',
  model: 'churn',
  version: 2,
  entity: 'u1',
  as_of: '2024-01-31',
  probability: 0.25,
  prediction: 0,
}
const NOW = new Date('2024-02-01T10:00:00.000Z')

/** A log over an append of the test, with what it dropped. */
function logWith(append: (path: string, text: string) => Promise<void>, now = () => NOW) {
  const lost: [number, string][] = []
  const log = openPredictionLog('/log', {
    now,
    append,
    dropped: (count, why) => void lost.push([count, why]),
  })
  return { log, lost }
}

describe('the log of predictions', () => {
  it('has a line an answer, as its schema says, in a file a day and process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-predictions-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const place = join(folder, 'made')
    const open = () =>
      openPredictionLog(place, { now: () => NOW, append: appendOnDisk, dropped: () => {} })
    const [one, other] = [open(), open()]
    one.note([NOTED, { ...NOTED, entity: 'u2', prediction: 1 }])
    one.note([NOTED])
    other.note([NOTED])
    await Promise.all([one.close(), other.close()])
    const names = readdirSync(place)
    expect(names).toHaveLength(2)
    for (const name of names) expect(name).toMatch(/^2024-02-01\..+\.jsonl$/)
    const lines = names.flatMap((name) =>
      readFileSync(join(place, name), 'utf8').trim().split('\n'),
    )
    expect(lines).toHaveLength(4)
    const read = lines.map((line) => readDocument(PredictionLine, line))
    expect(read.filter((line) => !('value' in line))).toEqual([])
    expect(new Set(lines.map((line) => (JSON.parse(line) as PredictionLine).id)).size).toBe(2)
  })

  it('writes one batch at a time, and loses none that comes meanwhile', async () => {
    const texts: string[] = []
    let running = 0
    const { log, lost } = logWith(async (_, text) => {
      expect(++running).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      texts.push(text)
      running--
    })
    for (let at = 0; at < 100; at++) {
      log.note([{ ...NOTED, entity: `u${at}` }])
      if (at % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await log.close()
    expect(texts.length).toBeLessThan(100)
    const entities = texts
      .join('')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as PredictionLine).entity)
    expect(entities).toEqual(Array.from({ length: 100 }, (_, at) => `u${at}`))
    expect(lost).toEqual([])
  })

  it('counts what a full disk refuses, and goes on when there is room', async () => {
    const texts: string[] = []
    let full = true
    const { log, lost } = logWith(async (_, text) => {
      if (full) throw new Error('ENOSPC')
      texts.push(text)
    })
    log.note([NOTED, NOTED])
    await log.close()
    expect(lost).toEqual([[2, 'ENOSPC']])
    full = false
    log.note([NOTED])
    await log.close()
    expect(texts).toHaveLength(1)
  })

  it('keeps no more than it may while the disk hangs, and still answers at once', async () => {
    let release = () => {}
    const { log, lost } = logWith(
      () =>
        new Promise((resolve) => {
          release = resolve
        }),
    )
    const many = Array.from({ length: 60_000 }, () => NOTED)
    for (let at = 0; at < 3; at++) log.note(many)
    // The first batch is with the disk; of the others 100,000 wait.
    expect(lost).toEqual([[20_000, 'the disk is too slow']])
    release()
  })

  it('begins a new file with a new day', async () => {
    const paths: string[] = []
    let day = 1
    const { log } = logWith(
      async (path) => void paths.push(path),
      () => new Date(Date.UTC(2024, 1, day)),
    )
    log.note([NOTED])
    await log.close()
    day = 2
    log.note([NOTED])
    await log.close()
    expect(paths.map((path) => path.slice(0, 15))).toEqual(['/log/2024-02-01', '/log/2024-02-02'])
  })
})
