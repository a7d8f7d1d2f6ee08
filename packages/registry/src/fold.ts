// The state of the registry as the pure fold of its journal.
import type { Digest } from '@weir/base'
import { RegistryError } from './error.ts'
import {
  type JournalEvent,
  type Look,
  type Metrics,
  periodOf,
  type Request,
  type TableRef,
} from './event.ts'

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived'

/**
 * What was decided about a version. What is still open (`open`, `awaiting_approval`) gives way to what it came to;
 * after that later changes by people do not alter it.
 */
export interface Decision {
  readonly decision:
    | 'promoted'
    | 'open'
    | 'rejected'
    | 'superseded'
    | 'not_shown'
    | 'awaiting_approval'
  readonly reason: string
  readonly replaces: number | null
}

export interface Version {
  readonly name: string
  readonly version: number
  readonly digest: Digest
  /** ISO date of the period that it was trained on. */
  readonly as_of: string
  readonly stage: Stage
  /** The figures of its evaluation; null before one is recorded. */
  readonly metrics: Metrics | null
  readonly decided: Decision | null
  /** The comparisons with Production that left it open, oldest first. */
  readonly looks: readonly Look[]
  /** What its approval rests on; null where it does not wait, or where the journal does not say. */
  readonly request: Request | null
  readonly approved_by: string | null
  /** When it last entered Production; null if it never did. ISO 8601 UTC. */
  readonly production_at: string | null
  /** ISO 8601 UTC of its registration, and the event's seq. */
  readonly created_at: string
  readonly created_seq: number
  readonly by: string
  readonly run: string | null
  readonly git: string | null
}

/**
 * One model: its versions by number, the line of Production versions, the current one last, and the feature table
 * that is served with it.
 */
export interface ModelState {
  readonly versions: ReadonlyMap<number, Version>
  /** A promotion adds to the line; a rollback cuts it back to where it goes. */
  readonly line: readonly number[]
  /** What `registry publish`, a period's run or a promotion put live; null before the first. */
  readonly table: TableRef | null
  /** Every table that was live, by its digest. */
  readonly tables: ReadonlyMap<Digest, TableRef>
  /** The newest period that anything happened in. */
  readonly processed: string | null
  /** Version by alias. */
  readonly aliases: ReadonlyMap<string, number>
}

export type RegistryState = ReadonlyMap<string, ModelState>

export const EMPTY: RegistryState = new Map()

/**
 * The state after some events; `from` is left as it was.
 * Throws JOURNAL_DAMAGED for an event about a version that was never registered.
 */
export function fold(events: Iterable<JournalEvent>, from: RegistryState = EMPTY): RegistryState {
  const drafts = new Map([...from].map(([name, model]) => [name, draftOf(model)]))
  for (const event of events) {
    const model = drafts.get(event.name) ?? draftOf()
    drafts.set(event.name, model)
    apply(model, event)
  }
  return drafts
}

/** The version in Production, or null. */
export function production(model: ModelState | undefined): Version | null {
  const current = model?.line.at(-1)
  return (current !== undefined && model?.versions.get(current)) || null
}

/** The open challenger, or null. */
export function challenger(model: ModelState | undefined): Version | null {
  return [...(model?.versions.values() ?? [])].find(isOpen) ?? null
}

/** Whether a version is compared with Production again when new labels come. */
export function isOpen({ decided }: Version): boolean {
  return decided?.decision === 'open'
}

/** The version with a digest, or null. */
export function byDigest(model: ModelState | undefined, digest: Digest): Version | null {
  for (const version of model?.versions.values() ?? []) {
    if (version.digest === digest) return version
  }
  return null
}

/** A model's state while a fold builds it; nobody else sees it before it is done. */
interface Draft {
  readonly versions: Map<number, Version>
  line: number[]
  table: TableRef | null
  readonly tables: Map<Digest, TableRef>
  processed: string | null
  readonly aliases: Map<string, number>
}

function draftOf(model?: ModelState): Draft {
  return {
    versions: new Map(model?.versions),
    line: [...(model?.line ?? [])],
    table: model?.table ?? null,
    tables: new Map(model?.tables),
    processed: model?.processed ?? null,
    aliases: new Map(model?.aliases),
  }
}

function apply(model: Draft, event: JournalEvent): void {
  const period = periodOf(event)
  if (model.processed === null || period > model.processed) model.processed = period
  switch (event.type) {
    case 'registered':
      model.versions.set(event.version, newVersion(event))
      return
    case 'evaluated':
      edit(model, event, { metrics: event.metrics })
      return
    case 'rejected':
      decide(model, event, 'rejected')
      leaveStaging(model, event)
      return
    case 'challenged': {
      const { labelled, against, gain, se } = event
      decide(model, event, 'open')
      const { looks } = known(model, event)
      edit(model, event, { looks: [...looks, { labelled, against, gain, se }] })
      return
    }
    case 'closed':
      decide(model, event, event.outcome)
      leaveStaging(model, event)
      return
    case 'staged':
      decide(model, event, 'awaiting_approval')
      edit(model, event, { stage: 'Staging', request: event.request ?? null })
      return
    case 'approved':
      edit(model, event, { approved_by: event.by })
      return
    case 'promoted':
      decide(model, event, 'promoted', event.replaces)
      enter(model, event, longer(model.line, event.version))
      serve(model, event.table)
      return
    case 'rolled_back':
      enter(model, event, cutBack(model.line, event.version))
      serve(model, event.table)
      return
    case 'published':
      serve(model, event.table)
      return
    case 'acknowledged':
    case 'archived':
      return
    case 'alias_set':
      model.aliases.set(event.alias, known(model, event).version)
      return
    case 'alias_removed':
      model.aliases.delete(event.alias)
  }
}

function newVersion(event: JournalEvent): Version {
  const { name, version, digest, as_of, at, seq, by, run, git } = event
  const about = { created_at: at, created_seq: seq, by, run, git }
  const fresh = { stage: 'None', metrics: null, decided: null, looks: [], request: null } as const
  const never = { approved_by: null, production_at: null }
  return { name, version, digest, as_of, ...fresh, ...never, ...about }
}

function known(model: Draft, event: JournalEvent): Version {
  const version = model.versions.get(event.version)
  if (version) return version
  throw new RegistryError(
    'JOURNAL_DAMAGED',
    `event ${event.seq} is about ${event.name} v${event.version}, which was never registered`,
  )
}

function edit(model: Draft, event: JournalEvent, change: Partial<Version>): void {
  model.versions.set(event.version, { ...known(model, event), ...change })
}

const PENDING: ReadonlySet<Decision['decision']> = new Set(['open', 'awaiting_approval'])

function decide(
  model: Draft,
  event: JournalEvent,
  decision: Decision['decision'],
  replaces: number | null = null,
): void {
  const { decided } = known(model, event)
  if (decided !== null && !PENDING.has(decided.decision)) return
  edit(model, event, { decided: { decision, reason: event.reason, replaces } })
}

function leaveStaging(model: Draft, event: JournalEvent): void {
  if (known(model, event).stage === 'Staging') edit(model, event, { stage: 'None', request: null })
}

function serve(model: Draft, table: TableRef | undefined): void {
  if (table === undefined) return
  model.table = { digest: table.digest, as_of: table.as_of }
  model.tables.set(table.digest, model.table)
}

/** Puts the event's version into Production and archives the one that was there. */
function enter(model: Draft, event: JournalEvent, line: number[]): void {
  const before = production(model)
  if (before) model.versions.set(before.version, { ...before, stage: 'Archived' })
  edit(model, event, { stage: 'Production', production_at: event.at, request: null })
  model.line = line
}

function longer(line: readonly number[], version: number): number[] {
  return line.at(-1) === version ? [...line] : [...line, version]
}

function cutBack(line: readonly number[], version: number): number[] {
  const at = line.lastIndexOf(version)
  return at < 0 ? [...line, version] : line.slice(0, at + 1)
}
