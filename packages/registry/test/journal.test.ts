// What the journal file survives: crashes in the middle of a line, damage, futures, and full disks.
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type EventBody, eventOf, type JournalEvent, lineOf } from '../src/event.ts'
import { appendEvents, journalPath, parseJournal, readJournal } from '../src/journal.ts'
import { registryMutex, withMutex } from '../src/store-mutex.ts'
import { NAME, scratch } from './rig.ts'

const stamp = { at: '2024-03-01T00:00:00.000Z', by: 'ada', run: null, git: null }

function event(seq: number, reason = 'für alle ✓') {
  const about = { name: NAME, version: seq, digest: sha256(String(seq)), as_of: '2024-01-31' }
  const body: EventBody = { type: 'registered', ...about, reason }
  return eventOf(body, stamp, seq)
}

const three = [event(1), event(2), event(3)]
const bytes = Buffer.from(three.map(lineOf).join(''))
const ends = three.map((_, i) =>
  Buffer.byteLength(
    three
      .slice(0, i + 1)
      .map(lineOf)
      .join(''),
  ),
)

/** Reads, and appends under the lock; true when the events stand there. */
function append(events: readonly JournalEvent[], warn?: (message: string) => void) {
  return withMutex(store, { what: 'test', patience: 1_000 }, async (lock) =>
    appendEvents(await readJournal(store, warn), events, lock),
  )
}

let store: string
beforeEach(() => {
  store = scratch()
})

describe('reading', () => {
  it('of a missing journal gives no events', async () => {
    expect((await readJournal(join(store, 'none'))).events).toEqual([])
  })

  it('gives back what was appended', async () => {
    expect(await append(three.slice(0, 2))).toBe(true)
    expect(await append(three.slice(2))).toBe(true)
    expect((await readJournal(store)).events).toEqual(three)
  })

  it('after a crash at any byte gives the events that were written whole', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length), (cut) => {
        const journal = parseJournal('j', bytes.subarray(0, cut))
        // An event counts as soon as its last byte is there, newline or not.
        const whole = ends.filter((end) => end - 1 <= cut).length
        expect(journal.events).toEqual(three.slice(0, whole))
        expect(journal.torn).toBe(cut > (ends[whole - 1] ?? 0))
      }),
    )
  })

  it('never gives an event that was not written, whatever byte is changed', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ flip
        try {
          const { events } = parseJournal('j', changed)
          expect(three.slice(0, events.length)).toEqual(events)
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^JOURNAL_/) })
        }
      }),
    )
  })

  it('names the line that is damaged', () => {
    const broken = Buffer.from(bytes.toString().replace('"version":2', '"version":9'))
    expect(() => parseJournal('m/journal.jsonl', broken)).toThrow(
      expect.objectContaining({ code: 'JOURNAL_DAMAGED', where: 'm/journal.jsonl:2' }),
    )
  })

  it.each([
    ['a line is missing', lineOf(event(1)) + lineOf(event(3)) + lineOf(event(4)), 2],
    ['a line stands twice', lineOf(event(1)) + lineOf(event(1)) + lineOf(event(2)), 2],
    ['a line is empty', `${lineOf(event(1))}\n${lineOf(event(2))}`, 2],
    ['a line is a number', `7\n${lineOf(event(2))}`, 1],
  ])('refuses a journal where %s', (_, text, line) => {
    expect(() => parseJournal('j', Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'JOURNAL_DAMAGED', where: `j:${line}` }),
    )
  })

  it('refuses a schema from the future', () => {
    const text = lineOf(event(1)) + lineOf(event(2)).replace('"schema":2', '"schema":3')
    expect(() => parseJournal('j', Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'JOURNAL_FUTURE', where: 'j:2' }),
    )
  })

  it('says so when the path is no file', async () => {
    mkdirSync(journalPath(store))
    await expect(readJournal(store)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' })
  })
})

describe('appending', () => {
  it('cuts off a torn line and warns about it', async () => {
    writeFileSync(journalPath(store), bytes.subarray(0, bytes.length - 10))
    const warnings: string[] = []
    await append([event(3, 'again')], (message) => warnings.push(message))
    expect(warnings).toEqual([expect.stringContaining('torn last line')])
    expect((await readJournal(store)).events).toEqual([event(1), event(2), event(3, 'again')])
  })

  it('gives a whole last line its lost newline', async () => {
    writeFileSync(journalPath(store), bytes.subarray(0, bytes.length - 1))
    await append([event(4)])
    expect((await readJournal(store)).events).toEqual([...three, event(4)])
  })

  it('leaves the journal as it was when the disk refuses', async () => {
    writeFileSync(journalPath(store), bytes)
    const journal = await readJournal(store)
    const full = (): boolean => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    await withMutex(store, { what: 'test', patience: 1_000 }, async (lock) => {
      expect(() => appendEvents(journal, [event(4)], { ...lock, replaceFile: full })).toThrow(
        expect.objectContaining({ code: 'STORE_UNWRITABLE', hint: 'free some space on the disk' }),
      )
    })
    expect(readFileSync(journalPath(store))).toEqual(bytes)
  })

  it.skipIf(process.getuid?.() === 0)('says so when the folder is read-only', async () => {
    chmodSync(store, 0o500)
    await expect(append([event(1)])).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' })
  })

  it.each<[string, () => void]>([
    ['another event', () => appendFileSync(journalPath(store), lineOf(event(4, 'of another')))],
    ['the beginning of one', () => appendFileSync(journalPath(store), '{"schema"')],
    ['less', () => truncateSync(journalPath(store), ends[1])],
    [
      'other bytes at its beginning',
      () => writeFileSync(journalPath(store), Buffer.concat([Buffer.from(' '), bytes.subarray(1)])),
    ],
  ])('is not done where the file holds %s by now', async (_, happens) => {
    writeFileSync(journalPath(store), bytes)
    const journal = await readJournal(store)
    happens()
    const then = readFileSync(journalPath(store))
    await withMutex(store, { what: 'test', patience: 1_000 }, async (lock) => {
      expect(appendEvents(journal, [event(4)], lock)).toBe(false)
    })
    expect(readFileSync(journalPath(store))).toEqual(then)
    expect(readdirSync(store)).toEqual(['journal.jsonl'])
  })

  it('is not done where the lock was lost, though nobody has written', async () => {
    writeFileSync(journalPath(store), bytes)
    await withMutex(store, { what: 'test', patience: 1_000 }, async (lock) => {
      const journal = await readJournal(store)
      rmSync(registryMutex(store), { recursive: true })
      expect(appendEvents(journal, [event(4)], lock)).toBe(false)
    })
    expect(readFileSync(journalPath(store))).toEqual(bytes)
  })

  it('writes only what the reader will count', async () => {
    writeFileSync(journalPath(store), bytes)
    appendFileSync(journalPath(store), '{"schema":1,"seq"')
    const journal = await readJournal(store)
    expect(journal.length).toBe(bytes.length)
    truncateSync(journalPath(store), bytes.length)
    expect(statSync(journalPath(store)).size).toBe(journal.length)
  })
})
