// The journal file: read as a whole, appended durably, and what a crash may leave at its end.
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf, RegistryError } from './error.ts'
import { type JournalEvent, lineOf, readLine } from './event.ts'
import { syncFolder } from './sync-folder.ts'

/** What a journal file holds. */
export interface Journal {
  readonly path: string
  readonly events: readonly JournalEvent[]
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
  const journal = parseJournal(path, await bytesOf(path))
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
    if (event === null) return { path, events, length: from, torn: true, closed: true }
    events.push(event)
    if (!closed) return { path, events, length: bytes.length, torn: false, closed: false }
    from = end + 1
  }
  return { path, events, length: bytes.length, torn: false, closed: true }
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

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT') return Buffer.alloc(0)
    throw new RegistryError('STORE_UNREADABLE', `cannot read the journal: ${code}`, { where: path })
  }
}

/**
 * Appends events after the lines that count, in one write, and returns when they are on the disk.
 * The caller holds the registry's lock and read `journal` under it. Throws STORE_UNWRITABLE, and then
 * the journal is as it was.
 */
export async function appendEvents(
  journal: Journal,
  events: readonly JournalEvent[],
): Promise<void> {
  const text = (journal.closed ? '' : '\n') + events.map(lineOf).join('')
  try {
    await mkdir(dirname(journal.path), { recursive: true })
    await writeAt(journal.path, journal.length, Buffer.from(text))
    if (journal.length === 0) await syncFolder(dirname(journal.path))
  } catch (error) {
    const cause = errnoOf(error) ?? String(error)
    throw new RegistryError('STORE_UNWRITABLE', `cannot append to the journal: ${cause}`, {
      where: journal.path,
      hint: cause === 'ENOSPC' ? 'free some space on the disk' : 'check the rights of the folder',
    })
  }
}

/** Cuts the file at `length`, writes there, and waits for the disk; cuts again if that fails. */
async function writeAt(path: string, length: number, bytes: Buffer): Promise<void> {
  const file = await open(path, length === 0 ? 'a+' : 'r+')
  try {
    await file.truncate(length)
    for (let at = 0; at < bytes.length; ) {
      at += (await file.write(bytes, at, bytes.length - at, length + at)).bytesWritten
    }
    await file.sync()
  } catch (error) {
    await file.truncate(length).catch(() => {})
    throw error
  } finally {
    await file.close()
  }
}
