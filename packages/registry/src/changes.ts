// What a change of the registry means: pure functions from the state to the events to write, or a coded refusal.
import type { Digest } from '@weir/base'
import { RegistryError } from './error.ts'
import type { Cause, Closing, EventBody, Look, Metrics, Request, TableRef } from './event.ts'
import {
  byDigest,
  isOpen,
  type ModelState,
  production,
  type RegistryState,
  type Version,
} from './fold.ts'

/** The model of a name. Throws MODEL_UNKNOWN. */
export function modelOf(state: RegistryState, name: string): ModelState {
  const model = state.get(name)
  if (model) return model
  const names = [...state.keys()].join(', ')
  throw new RegistryError('MODEL_UNKNOWN', `the registry has no model ${name}`, {
    hint: names === '' ? 'it is empty: run the pipeline first' : `it has ${names}`,
  })
}

/**
 * The version that a text means: `3`, `v3`, an alias, or `Production`. Throws VERSION_UNKNOWN.
 */
export function versionOf(state: RegistryState, name: string, text: string | number): Version {
  const model = modelOf(state, name)
  const digits = /^v?(\d+)$/.exec(String(text))?.[1]
  const number = digits === undefined ? model.aliases.get(String(text)) : Number(digits)
  const found = number === undefined ? undefined : model.versions.get(number)
  const version = text === 'Production' ? production(model) : found
  if (version) return version
  throw new RegistryError('VERSION_UNKNOWN', `${name} has no version ${text}`, {
    hint: `it has ${[...model.versions.keys()].map((v) => `v${v}`).join(', ')}`,
  })
}

/** Registers a bundle; nothing when its digest is registered already. */
export function registering(
  state: RegistryState,
  bundle: { name: string; digest: Digest; as_of: string },
  reason: string,
): EventBody[] {
  const { name, digest, as_of } = bundle
  const model = state.get(name)
  if (byDigest(model, digest)) return []
  const version = (model?.versions.size ?? 0) + 1
  return [{ type: 'registered', name, version, digest, as_of, reason }]
}

/** Records figures; nothing when they are recorded already. */
export function evaluating(version: Version, metrics: Metrics, reason: string): EventBody[] {
  const same = JSON.stringify(version.metrics) === JSON.stringify(metrics)
  return same ? [] : [{ type: 'evaluated', ...about(version), metrics, reason }]
}

/** Records that a version is not promoted; nothing when that was settled before. */
export function rejecting(version: Version, reason: string): EventBody[] {
  return isSettled(version) ? [] : [{ type: 'rejected', ...about(version), reason }]
}

/** A person's no to a version that waits, or to the open challenger. Throws NOT_WAITING. */
export function refusing(version: Version, reason: string): EventBody[] {
  if (isSettled(version) || version.decided === null) throw notWaiting(version, 'can be rejected')
  return isOpen(version) ? closing(version, 'rejected', reason) : rejecting(version, reason)
}

/** Records a look that leaves a version open; nothing where this look is recorded, or the version is settled. */
export function challenging(version: Version, look: Look, reason: string): EventBody[] {
  const seen = version.looks.some(
    ({ labelled, against }) => labelled === look.labelled && against === look.against,
  )
  if (seen || isSettled(version)) return []
  return [{ type: 'challenged', ...about(version), ...look, reason }]
}

/** Closes what is not settled yet; nothing where it is. */
export function closing(version: Version, outcome: Closing, reason: string): EventBody[] {
  return isSettled(version) ? [] : [{ type: 'closed', ...about(version), outcome, reason }]
}

/** Why a version goes into Production, and with what. */
export interface Promoting {
  readonly reason: string
  readonly requireApproval: boolean
  /** The table that goes live with it, where it is not older than the one that is. */
  readonly table?: TableRef | undefined
  /** What an approval of it rests on. */
  readonly request?: Request | undefined
}

/** Puts a version into Production, or before an approver where one is required. */
export function promoting(state: RegistryState, version: Version, why: Promoting): EventBody[] {
  const { reason, requireApproval, table, request } = why
  if (version.stage === 'Production') return []
  if (!requireApproval) return entering('promoted', state, version, { reason, table })
  const asked = JSON.stringify(version.request) === JSON.stringify(request ?? version.request)
  if (version.stage === 'Staging' && asked) return []
  return [{ type: 'staged', ...about(version), ...(request && { request }), reason }]
}

/**
 * Approves a waiting version and puts it into Production, with the table of its request.
 * @param changed what the request rests on and has changed since, in words
 * @throws RegistryError NOT_WAITING, REQUEST_LAPSED
 */
export function approving(
  state: RegistryState,
  version: Version,
  reason: string,
  changed: readonly string[] = [],
): EventBody[] {
  if (version.stage === 'Production' && version.approved_by !== null) return []
  if (version.stage !== 'Staging') throw notWaiting(version, 'waits for an approval')
  checkRequest(state, version, changed)
  const approved: EventBody = { type: 'approved', ...about(version), reason }
  const table = version.request?.table ?? undefined
  return [approved, ...entering('promoted', state, version, { reason, table })]
}

function checkRequest(state: RegistryState, version: Version, files: readonly string[]): void {
  const now = production(state.get(version.name))?.version ?? null
  const asked = version.request
  const moved = asked !== null && asked.against !== now
  const changed = moved ? ['Production', ...files] : files
  if (changed.length === 0) return
  throw new RegistryError(
    'REQUEST_LAPSED',
    `${label(version)} was put forward on other grounds: ${changed.join(', ')} changed since`,
    { hint: 'run the pipeline again: it asks anew; or promote the version by name' },
  )
}

function notWaiting(version: Version, can: string): RegistryError {
  return new RegistryError('NOT_WAITING', `${label(version)} is in ${version.stage}`, {
    hint: `only a version in Staging ${can}`,
  })
}

/** Whether it is known what became of a version. */
function isSettled({ decided, stage }: Version): boolean {
  if (stage === 'Production' || stage === 'Archived') return true
  return decided !== null && decided.decision !== 'open' && decided.decision !== 'awaiting_approval'
}

/** What the period's decision rested on. */
export interface Grounds {
  readonly labelled?: string | null
  readonly causes?: readonly Cause[]
}

/**
 * Puts a table live for the version that stays in Production. Nothing where it is live; nothing without Production.
 */
export function publishing(
  state: RegistryState,
  name: string,
  table: TableRef,
  reason: string,
  grounds: Grounds = {},
): EventBody[] {
  const model = state.get(name)
  const version = production(model)
  if (version === null || model?.table?.digest === table.digest) return []
  return [{ type: 'published', ...about(version), table, ...grounds, reason }]
}

/** The table that a text means: its digest or the beginning of it, or the newest of an as_of. Throws TABLE_UNKNOWN. */
export function tableOf(state: RegistryState, name: string, text: string): TableRef {
  const tables = [...modelOf(state, name).tables.values()]
  const found = tables.findLast(
    ({ digest, as_of }) =>
      as_of === text || (/^[0-9a-f]{6,64}$/.test(text) && digest.startsWith(text)),
  )
  if (found) return found
  const days = [...new Set(tables.map(({ as_of }) => as_of))].sort().join(', ')
  throw new RegistryError('TABLE_UNKNOWN', `${name} never had the feature table ${text} live`, {
    hint: days === '' ? 'none was live yet: run the pipeline' : `it had those of ${days}`,
  })
}

/** Silences a cause for the version in Production. Throws NOTHING_BEFORE without Production. */
export function acknowledging(
  state: RegistryState,
  name: string,
  cause: Cause,
  reason: string,
): EventBody[] {
  const version = production(modelOf(state, name))
  if (version === null) {
    throw new RegistryError('NOTHING_BEFORE', `${name} has no version in Production`, {
      hint: 'without one every period asks for a first model',
    })
  }
  return [{ type: 'acknowledged', ...about(version), cause, reason }]
}

/** The version that was in Production before the current one. Throws NOTHING_BEFORE. */
export function previousOf(state: RegistryState, name: string): Version {
  const model = modelOf(state, name)
  const previous = model.versions.get(model.line.at(-2) ?? -1)
  if (previous) return previous
  throw new RegistryError('NOTHING_BEFORE', `${name} has no earlier Production version`, {
    hint: 'name a version that was in Production: weir registry history',
  })
}

/** Goes back to a version that was in Production before. Throws NEVER_PRODUCTION. */
export function rollingBack(
  state: RegistryState,
  to: Version,
  reason: string,
  table?: TableRef,
): EventBody[] {
  if (to.stage === 'Production') return []
  if (to.production_at === null) {
    throw new RegistryError('NEVER_PRODUCTION', `${label(to)} was never in Production`, {
      hint: `weir registry promote ${to.version} would put it there`,
    })
  }
  return entering('rolled_back', state, to, { reason, table })
}

/** Points an alias at a version. Throws ALIAS_INVALID. */
export function aliasing(
  state: RegistryState,
  alias: string,
  to: Version,
  reason: string,
): EventBody[] {
  if (
    !/^[A-Za-z_][\w.-]*$/.test(alias) ||
    /^v\d+$/.test(alias) ||
    STAGES.has(alias.toLowerCase())
  ) {
    throw new RegistryError('ALIAS_INVALID', `${JSON.stringify(alias)} cannot be an alias`, {
      hint: 'begin with a letter; not a version (v3) and not a stage (Production)',
    })
  }
  const set: EventBody = { type: 'alias_set', ...about(to), alias, reason }
  return modelOf(state, to.name).aliases.get(alias) === to.version ? [] : [set]
}

/** Removes an alias. Throws ALIAS_UNKNOWN. */
export function unaliasing(
  state: RegistryState,
  name: string,
  alias: string,
  reason: string,
): EventBody[] {
  const number = modelOf(state, name).aliases.get(alias)
  if (number === undefined) {
    throw new RegistryError('ALIAS_UNKNOWN', `${name} has no alias ${alias}`)
  }
  const removed: EventBody = {
    type: 'alias_removed',
    ...about(versionOf(state, name, number)),
    alias,
    reason,
  }
  return [removed]
}

const STAGES = new Set(['none', 'staging', 'production', 'archived'])

function entering(
  type: 'promoted' | 'rolled_back',
  state: RegistryState,
  version: Version,
  { reason, table }: { readonly reason: string; readonly table?: TableRef | undefined },
): EventBody[] {
  const model = state.get(version.name)
  const before = production(model)
  const replaces = before?.version ?? null
  // A promotion never puts an older table live than the one that is.
  const back = type === 'promoted' && table && model?.table && model.table.as_of > table.as_of
  const served = table && !back ? { table } : {}
  const enters: EventBody = { type, ...about(version), replaces, ...served, reason }
  if (!before) return [enters]
  const note = `${label(version)} was ${type === 'promoted' ? 'promoted' : 'restored'}`
  const leaves = { type: 'archived', ...about(before), replaced_by: version.version } as const
  return [enters, { ...leaves, reason: note }]
}

function about({ name, version, digest, as_of }: Version) {
  return { name, version, digest, as_of }
}

function label({ name, version }: Version): string {
  return `${name} v${version}`
}
