// The key of a stage: a document of everything that its outputs may depend on, and the hash of that document.

import { byCodeUnit, canonicalJson, type Digest, sha256 } from '@weir/base'
import type { Stage } from '../config/model.ts'

/** Raised whenever the meaning of a key changes, so that no old entry is taken for a new one. */
export const KEY_SCHEMA = 'weir/key/2'

/** Stands for a secret variable's value, which may change without a rerun. */
export const SECRET = 'secret'

/** What a stage executes, as far as its outputs depend on it. */
export type CommandKey =
  | { readonly cmd: readonly string[] }
  | {
      readonly run: {
        /** Hash of the packed, tree-shaken, minified cell. */
        readonly code: Digest
        readonly esbuild: string
        /** Version of each package that packed code imports. */
        readonly packages: Readonly<Record<string, string>>
      }
    }

/** Where a cell's ports lead, by their names in the cell. */
export interface PortsKey {
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
}

/** The pre-image of a key. Paths are relative to the project; nothing in it depends on machine or clock. */
export interface KeyDocument {
  readonly schema: typeof KEY_SCHEMA
  readonly command: CommandKey
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** By variable: the digest of its name and value, or that it is secret. No value stands here in clear. */
  readonly env: Readonly<Record<string, Digest | typeof SECRET>>
  /** Content hash by dependency. */
  readonly deps: Readonly<Record<string, Digest>>
  /** Paths of the outputs, in order. Flags and kinds do not change what a command writes. */
  readonly outs: readonly string[]
  /**
   * The ports of a cell whose paths are templates: which leads where. The code says it of all others, so a document
   * without such ports has no such member, and is the one that it was before there were any.
   */
  readonly ports?: PortsKey
}

/** Puts a stage's document together from what was read for it. */
export function keyDocument(
  stage: Stage,
  command: CommandKey,
  params: KeyDocument['params'],
  deps: KeyDocument['deps'],
  environment: Readonly<Record<string, string | undefined>>,
  ports?: PortsKey,
): KeyDocument {
  const env = Object.entries(stage.env).map(([name, value]) => {
    const given = Object.hasOwn(environment, name) ? environment[name] : undefined
    return [name, stage.secrets.includes(name) ? SECRET : envDigest(name, value ?? given ?? null)]
  })
  return {
    schema: KEY_SCHEMA,
    command,
    params,
    env: Object.fromEntries(env),
    deps,
    outs: stage.outs.map((out) => out.path).sort(byCodeUnit),
    ...(ports && { ports }),
  }
}

/** What a variable enters a key as: a digest of its name and value (null: unset), the same on every machine. */
export function envDigest(name: string, value: string | null): Digest {
  return sha256(canonicalJson([name, value]))
}

/** The run-cache key: the hash of the canonical document. */
export function keyOf(document: KeyDocument): Digest {
  return sha256(canonicalJson(document))
}
