// What a change of the registry means: pure functions from the state to the events to write, or a coded refusal.
import type { Digest } from '@weir/base/digest'
import { RegistryError } from './error.ts'
import type { EventBody, Metrics } from './event.ts'
import { byDigest, type ModelState, production, type RegistryState, type Version } from './fold.ts'

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

/** Records that a version is not promoted; nothing when it was decided before. */
export function rejecting(version: Version, reason: string): EventBody[] {
  return version.decided ? [] : [{ type: 'rejected', ...about(version), reason }]
}

/** Puts a version into Production, or before an approver where one is required. */
export function promoting(
  state: RegistryState,
  version: Version,
  why: { reason: string; requireApproval: boolean },
): EventBody[] {
  if (version.stage === 'Production') return []
  if (!why.requireApproval) return entering('promoted', state, version, why.reason)
  if (version.stage === 'Staging') return []
  return [{ type: 'staged', ...about(version), reason: why.reason }]
}

/** Approves a waiting version and puts it into Production. Throws NOT_WAITING. */
export function approving(state: RegistryState, version: Version, reason: string): EventBody[] {
  if (version.stage === 'Production' && version.approved_by !== null) return []
  if (version.stage !== 'Staging') {
    throw new RegistryError('NOT_WAITING', `${label(version)} is in ${version.stage}`, {
      hint: 'only a version in Staging waits for an approval',
    })
  }
  const approved: EventBody = { type: 'approved', ...about(version), reason }
  return [approved, ...entering('promoted', state, version, reason)]
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
export function rollingBack(state: RegistryState, to: Version, reason: string): EventBody[] {
  if (to.stage === 'Production') return []
  if (to.production_at === null) {
    throw new RegistryError('NEVER_PRODUCTION', `${label(to)} was never in Production`, {
      hint: `weir registry promote ${to.version} would put it there`,
    })
  }
  return entering('rolled_back', state, to, reason)
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
  reason: string,
): EventBody[] {
  const before = production(state.get(version.name))
  const replaces = before?.version ?? null
  const enters: EventBody = { type, ...about(version), replaces, reason }
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
