// The vocabulary of the journal: what can happen to a version, and how an event is written as a line.
import { type Digest, isDigest, isRecord, sha256 } from '@weir/base'
import { jsonIfWhole } from '@weir/base/files'

/**
 * The journal format that this code writes. A line with a higher number is refused. 1 knew no periods, looks and
 * tables; its lines are read as they are, and none are added: a program of that time would take new kinds of events
 * for damage, and serve a promoted model with another table.
 */
const JOURNAL_SCHEMA = 2

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

/** A stored feature table, and the period that it is of. */
export interface TableRef {
  readonly digest: Digest
  readonly as_of: string
}

/** One comparison of a challenger with Production. */
export interface Look {
  /** The labelled period whose users were scored. */
  readonly labelled: string
  /** The version in Production that it was compared with. */
  readonly against: number
  /** Its gain in AUC, pooled over its looks, and the standard error. */
  readonly gain: number
  readonly se: number | null
}

/** A file of the project that a request rests on. */
export interface BoundFile {
  /** What people call it: `features`, `comparison`. */
  readonly what: string
  /** Relative to the project. */
  readonly path: string
  readonly digest: Digest
  /** Of a document that each period writes anew: another period's counts for nothing. */
  readonly as_of?: string
}

/** What a person is asked to approve: it lapses when one of these changes. */
export interface Request {
  /** The version in Production that the waiting one was compared with; null for none. */
  readonly against: number | null
  readonly bound: readonly BoundFile[]
  /** The table that goes live with it; null for the one that is live. */
  readonly table: TableRef | null
}

/** Why a retraining was asked for: the reason's name, and its figure then (null where it is not known). */
export interface Cause {
  readonly reason: string
  readonly figure: number | null
}

/** Why a challenger is none any more. */
export type Closing = 'rejected' | 'superseded' | 'not_shown'

/** What happened. `replaces` is the version that was in Production before, `table` what is served from here on. */
export type EventBody = Subject &
  /** `labelled`: the period whose labels the decision to train rested on. */
  (
    | { readonly type: 'registered'; readonly labelled?: string }
    | { readonly type: 'evaluated'; readonly metrics: Metrics }
    | { readonly type: 'rejected' }
    /** A look that did not settle it: the version is, or stays, the open challenger. */
    | ({ readonly type: 'challenged' } & Look)
    | { readonly type: 'closed'; readonly outcome: Closing }
    | { readonly type: 'staged'; readonly request?: Request }
    | { readonly type: 'approved' }
    | { readonly type: 'promoted'; readonly replaces: number | null; readonly table?: TableRef }
    | { readonly type: 'rolled_back'; readonly replaces: number | null; readonly table?: TableRef }
    /** A table for the version that stays. `labelled` and `causes`: what the period's decision rested on. */
    | {
        readonly type: 'published'
        readonly table: TableRef
        readonly labelled?: string | null
        readonly causes?: readonly Cause[]
      }
    /** A cause that shall not ask for retraining again, as long as it gets no worse; about the version in Production. */
    | ({ readonly type: 'acknowledged' } & { readonly cause: Cause })
    /** A note for people beside `promoted` and `rolled_back`, which already imply it. */
    | { readonly type: 'archived'; readonly replaced_by: number }
    | { readonly type: 'alias_set'; readonly alias: string }
    | { readonly type: 'alias_removed'; readonly alias: string }
  )

type EventType = EventBody['type']

/**
 * When, by whom and from what an event was written. `at` is ISO 8601 in UTC. `period` is the as_of of the run that
 * made it; of a person's act the newest period that the journal knows. Lines of schema 1 have none.
 */
export interface Stamp {
  readonly at: string
  readonly by: string
  readonly run: string | null
  readonly git: string | null
  readonly period?: string
}

interface Position {
  readonly schema: 1 | typeof JOURNAL_SCHEMA
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
  challenged: true,
  closed: true,
  staged: true,
  approved: true,
  promoted: true,
  rolled_back: true,
  published: true,
  acknowledged: true,
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

/** The period that an event belongs to: of a line of schema 1 that of the version that it is about. */
export function periodOf(event: JournalEvent): string {
  return event.period ?? event.as_of
}

/** The newest period of some events; null where there are none. */
export function newestPeriod(events: readonly JournalEvent[]): string | null {
  const newest = (a: string | null, b: string) => (a === null || b > a ? b : a)
  return events.map(periodOf).reduce(newest, null)
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
