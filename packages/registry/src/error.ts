// Every failure that the registry expects, by code; anything else that it throws is a bug.
import { CodedError } from '@weir/base'

/** What each code means. docs/registry.md lists them. */
export const REGISTRY_CODES = {
  JOURNAL_DAMAGED: 'a line of the journal is not what was written',
  JOURNAL_FUTURE: 'the journal was written by a newer version',
  STORE_LOCKED: 'another process holds the mutex of the registry for too long',
  STORE_CONTESTED: 'others wrote to the registry each time that this change was made',
  STORE_UNWRITABLE: 'the registry cannot be written',
  STORE_UNREADABLE: 'the registry cannot be read',
  BUNDLE_MISSING: 'a bundle, or a file of it, is not there',
  BUNDLE_DAMAGED: 'a file of a bundle is not what its manifest says',
  BUNDLE_MANIFEST: 'the manifest of a bundle cannot be understood',
  BUNDLE_UNFAITHFUL: 'a bundle does not give its expected outputs',
  TABLE_MISSING: 'a feature table, or its file, is not there',
  TABLE_DAMAGED: 'a feature table is not what its manifest says',
  TABLE_MANIFEST: 'the manifest of a feature table cannot be understood',
  TABLE_UNKNOWN: 'no such feature table was ever live',
  MODEL_UNKNOWN: 'the registry has no model of that name',
  VERSION_UNKNOWN: 'the model has no such version',
  NOTHING_BEFORE: 'there is no earlier Production version to go back to',
  NEVER_PRODUCTION: 'the version was never in Production',
  NOT_WAITING: 'the version does not wait for an approval, nor is it the open challenger',
  REQUEST_LAPSED: 'what an approval was asked for has changed since',
  EXPORT_EXISTS: 'the folder to export to is there already',
  ALIAS_INVALID: 'the alias cannot be told from a version or a stage',
  ALIAS_UNKNOWN: 'the model has no such alias',
  REF_INVALID: 'a registry:// reference cannot be understood',
} as const

export type RegistryCode = keyof typeof REGISTRY_CODES

/** True for a code of the registry. */
export function isRegistryCode(code: string): code is RegistryCode {
  return Object.hasOwn(REGISTRY_CODES, code)
}

/** A failure with its stable code, the place (`models/journal.jsonl:12`) and what to do. */
export class RegistryError extends CodedError<RegistryCode> {
  override readonly name = 'RegistryError'
}
