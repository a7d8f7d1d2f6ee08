// The vocabulary of the journal: what can happen to a version, and how an event is written as a line.
import type { Digest } from '@weir/base/digest'
import { isDigest, sha256 } from '@weir/base/digest'
import { isRecord } from '@weir/base/is-record'
import { jsonIfWhole } from '@weir/base/read-text'

/** The journal format that this code writes. A line with a higher number is refused. */
const JOURNAL_SCHEMA = 1

/** Figures of an evaluation, by name. */
export type Metrics = Readonly<Record<string, number | string | boolean | null>>

/** Which version an event is about, and why it happened. */
interface Subject {
  readonly name: string
  readonly version: number
  readonly digest: Digest
  /** ISO date of the period that the version was trained on. */
  readonly as_of: string
  readonly reason: string
}

/** What happened. `replaces` is the version that was in Production before. */
export type EventBody = Subject &
  (
    | { readonly type: 'registered' }
    | { readonly type: 'evaluated'; readonly metrics: Metrics }
    | { readonly type: 'rejected' }
    | { readonly type: 'staged' }
    | { readonly type: 'approved' }
    | { readonly type: 'promoted'; readonly replaces: number | null }
    | { readonly type: 'rolled_back'; readonly replaces: number | null }
    /** A note for people beside `promoted` and `rolled_back`, which already imply it. */
    | { readonly type: 'archived'; readonly replaced_by: number }
    | { readonly type: 'alias_set'; readonly alias: string }
    | { readonly type: 'alias_removed'; readonly alias: string }
  )

type EventType = EventBody['type']

/** When, by whom and from what an event was written. `at` is ISO 8601 in UTC. */
export interface Stamp {
  readonly at: string
  readonly by: string
  readonly run: string | null
  readonly git: string | null
}

interface Position {
  readonly schema: typeof JOURNAL_SCHEMA
  /** From 1, without gaps. */
  readonly seq: number
  /** The first 16 hex digits of the SHA-256 of the line without its id: a changed line gives itself away. */
  readonly id: string
}

export type JournalEvent = Position & EventBody & Stamp

const TYPES: Readonly<Record<EventType, true>> = {
  registered: true,
  evaluated: true,
  rejected: true,
  staged: true,
  approved: true,
  promoted: true,
  rolled_back: true,
  archived: true,
  alias_set: true,
  alias_removed: true,
}

/** Gives a body its place in the journal. */
export function eventOf(body: EventBody, stamp: Stamp, seq: number): JournalEvent {
  const rest = { schema: JOURNAL_SCHEMA, seq, ...body, ...stamp } as const
  const { schema: _, seq: __, ...fields } = rest
  return { schema: JOURNAL_SCHEMA, seq, id: idOf(rest), ...fields }
}

/** One line, with its newline. */
export function lineOf(event: JournalEvent): string {
  return `${JSON.stringify(event)}\n`
}

/** What a line says: an event, or why it is none. `future` holds a schema that this code does not know. */
export type ReadLine =
  | { readonly event: JournalEvent }
  | { readonly future: number }
  | { readonly problem: string }

/** Reads one line, which must be the event numbered `seq`. */
export function readLine(line: string, seq: number): ReadLine {
  const value = jsonIfWhole(line)
  if (!isRecord(value)) return { problem: 'not a JSON object' }
  const { schema } = value
  if (typeof schema !== 'number') return { problem: 'no schema number' }
  if (schema > JOURNAL_SCHEMA) return { future: schema }
  const problem = shapeProblem(value, seq)
  return problem === null ? { event: value as unknown as JournalEvent } : { problem }
}

function shapeProblem(value: Record<string, unknown>, seq: number): string | null {
  const { id, ...rest } = value
  if (id !== idOf(rest)) return 'its id is not the digest of its content'
  if (value.seq !== seq) return `seq ${String(value.seq)} where ${seq} is due`
  if (typeof value.type !== 'string' || !Object.hasOwn(TYPES, value.type)) {
    return `unknown type ${String(value.type)}`
  }
  const subject = typeof value.name === 'string' && Number.isSafeInteger(value.version)
  return subject && isDigest(value.digest) ? null : 'no name, version or digest'
}

function idOf(withoutId: object): string {
  return sha256(JSON.stringify(withoutId)).slice(0, 16)
}
