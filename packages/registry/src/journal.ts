// The journal file: read as a whole, appended durably, and what a crash may leave at its end.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '@weir/base'
import type { Mutex } from '@weir/base/mutex'
import { RegistryError } from './error.ts'
import { type JournalEvent, lineOf, readLine } from './event.ts'

/** What a journal file holds. */
export interface Journal {
  readonly path: string
  readonly events: readonly JournalEvent[]
  /** The whole file as it was read. */
  readonly bytes: Buffer
  /** Length in bytes of the lines that count; what follows is the torn end of a crashed append. */
  readonly length: number
  readonly torn: boolean
  /** False when the last line that counts lacks its newline: a crash, or an editor, took it. */
  readonly closed: boolean
}

const NEWLINE = 0x0a

export function journalPath(store: string): string {
  return join(store, 'journal.jsonl')
}

/**
 * Reads the journal of a registry folder; a missing one is empty.
 * A torn last line is left out, with a warning. Throws JOURNAL_DAMAGED for a bad line before it,
 * JOURNAL_FUTURE for a newer schema, STORE_UNREADABLE.
 */
export async function readJournal(
  store: string,
  warn: (message: string) => void = () => {},
): Promise<Journal> {
  const path = journalPath(store)
  const journal = parseJournal(path, bytesOf(path))
  if (journal.torn) warn(`${path}: its torn last line is left out (an append was interrupted)`)
  return journal
}

/** The journal in some bytes; `path` is what messages call it. */
export function parseJournal(path: string, bytes: Buffer): Journal {
  const events: JournalEvent[] = []
  let from = 0
  while (from < bytes.length) {
    const end = bytes.indexOf(NEWLINE, from)
    const closed = end >= 0
    const line = bytes.toString('utf8', from, closed ? end : bytes.length)
    const event = eventIn(line, events.length + 1, { path, last: !closed })
    if (event === null) return { path, events, bytes, length: from, torn: true, closed: true }
    events.push(event)
    if (!closed) return { path, events, bytes, length: bytes.length, torn: false, closed: false }
    from = end + 1
  }
  return { path, events, bytes, length: bytes.length, torn: false, closed: true }
}

/** The event of a line; null for one that was torn off, which only the last can be. */
function eventIn(
  line: string,
  number: number,
  about: { path: string; last: boolean },
): JournalEvent | null {
  const read = readLine(line, number)
  if ('event' in read) return read.event
  const where = `${about.path}:${number}`
  if ('future' in read) {
    throw new RegistryError('JOURNAL_FUTURE', `journal schema ${read.future} is newer than this`, {
      where,
      hint: 'update weir to read this registry',
    })
  }
  if (about.last) return null
  throw new RegistryError('JOURNAL_DAMAGED', `line ${number}: ${read.problem}`, {
    where,
    hint: 'restore the journal from a copy; no line of it may be edited or removed',
  })
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT') return Buffer.alloc(0)
    throw new RegistryError('STORE_UNREADABLE', `cannot read the journal: ${code}`, { where: path })
  }
}

/**
 * Appends events after the lines that count; true when they are on the disk. False, and nothing done, where the mutex
 * under which the journal was read is ours no more, or the file is not what was read: read again and decide again.
 * The file is replaced whole (`Mutex.replaceFile`): an append in place could not be taken back, should the mutex have
 * been lost a moment before, and file systems of several machines know no append that is exclusive.
 * Throws STORE_UNWRITABLE, and then the journal is as it was; or it has the events and the disk failed to confirm them.
 */
export function appendEvents(
  { path, bytes, length, closed }: Journal,
  events: readonly JournalEvent[],
  mutex: Mutex,
): boolean {
  const lines = Buffer.from((closed ? '' : '\n') + events.map(lineOf).join(''))
  const next = Buffer.concat([bytes.subarray(0, length), lines])
  try {
    return mutex.replaceFile(path, next, () => bytesOf(path).equals(bytes))
  } catch (error) {
    if (error instanceof RegistryError) throw error
    const cause = errnoOf(error) ?? String(error)
    throw new RegistryError('STORE_UNWRITABLE', `cannot append to the journal: ${cause}`, {
      where: path,
      hint: cause === 'ENOSPC' ? 'free some space on the disk' : 'check the rights of the folder',
    })
  }
}
