// The state of the registry as the pure fold of its journal.
import type { Digest } from '@weir/base/digest'
import { RegistryError } from './error.ts'
import type { JournalEvent, Metrics } from './event.ts'

export type Stage = 'None' | 'Staging' | 'Production' | 'Archived'

/** What was first decided about a version; later changes by people do not alter it. */
export interface Decision {
  readonly decision: 'promoted' | 'rejected' | 'awaiting_approval'
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

/** One model: its versions by number, and the line of Production versions, the current one last. */
export interface ModelState {
  readonly versions: ReadonlyMap<number, Version>
  /** A promotion adds to the line; a rollback cuts it back to where it goes. */
  readonly line: readonly number[]
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
  readonly aliases: Map<string, number>
}

function draftOf(model?: ModelState): Draft {
  return {
    versions: new Map(model?.versions),
    line: [...(model?.line ?? [])],
    aliases: new Map(model?.aliases),
  }
}

function apply(model: Draft, event: JournalEvent): void {
  switch (event.type) {
    case 'registered':
      model.versions.set(event.version, newVersion(event))
      return
    case 'evaluated':
      edit(model, event, { metrics: event.metrics })
      return
    case 'rejected':
      decide(model, event, { decision: 'rejected', reason: event.reason, replaces: null })
      return
    case 'staged':
      decide(model, event, { decision: 'awaiting_approval', reason: event.reason, replaces: null })
      edit(model, event, { stage: 'Staging' })
      return
    case 'approved':
      edit(model, event, { approved_by: event.by })
      return
    case 'promoted':
      decide(model, event, { decision: 'promoted', reason: event.reason, replaces: event.replaces })
      enter(model, event, longer(model.line, event.version))
      return
    case 'rolled_back':
      enter(model, event, cutBack(model.line, event.version))
      return
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
  const fresh = { stage: 'None', metrics: null, decided: null } as const
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

function decide(model: Draft, event: JournalEvent, decision: Decision): void {
  edit(model, event, { decided: known(model, event).decided ?? decision })
}

/** Puts the event's version into Production and archives the one that was there. */
function enter(model: Draft, event: JournalEvent, line: number[]): void {
  const before = production(model)
  if (before) model.versions.set(before.version, { ...before, stage: 'Archived' })
  edit(model, event, { stage: 'Production', production_at: event.at })
  model.line = line
}

function longer(line: readonly number[], version: number): number[] {
  return line.at(-1) === version ? [...line] : [...line, version]
}

function cutBack(line: readonly number[], version: number): number[] {
  const at = line.lastIndexOf(version)
  return at < 0 ? [...line, version] : line.slice(0, at + 1)
}
