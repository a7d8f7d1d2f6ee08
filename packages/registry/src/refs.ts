// What a registry:// reference of a pipeline means: who is or was in Production, as a canonical text.
import { isAbsolute, join, relative, sep } from 'node:path'
import type { ProductionAnswer } from '@weir/formats/registry-answer'
import { bundleDigest, bundlePath, isWhole } from './bundle.ts'
import { RegistryError } from './error.ts'
import type { JournalEvent } from './event.ts'
import { byDigest, fold, type ModelState, production, type Version } from './fold.ts'
import { readJournal } from './journal.ts'

const FORM = /^registry:\/\/([^/?]+)\/(incumbent|rival|registered)\?(.+)$/

interface Reference {
  readonly name: string
  readonly kind: string
  /** The registry's folder, as written and as a path. */
  readonly store: string
  readonly option: (key: string) => string
}

/**
 * The text of a reference (docs/contracts.md), or null where there is nothing. A registry folder that is
 * missing is an empty registry.
 *
 * - `incumbent?before=AS_OF`: Production, counting only what happened to versions of an earlier as_of.
 * - `rival?candidate=DIR`: Production just before the candidate was first registered; now, if it is not.
 * - `registered?candidate=DIR`: the candidate's version, while its stored bundle is whole: registering it
 *   again puts a lost or damaged one back.
 *
 * Promoting the candidate itself changes none but the last.
 * @param ref the reference as pipeline.yaml writes it, its `${}` replaced
 * @param root the project's folder
 * @throws RegistryError REF_INVALID, JOURNAL_*, STORE_UNREADABLE
 */
export async function resolveRegistryRef(ref: string, root: string): Promise<string | null> {
  const reference = parse(ref)
  const store = under(root, reference.store)
  const answer = await ANSWERS[reference.kind]?.(reference, root, store)
  return answer === null || answer === undefined ? null : JSON.stringify(answer)
}

type Answer = (reference: Reference, root: string, store: string) => Promise<object | null>

const ANSWERS: Readonly<Record<string, Answer>> = {
  incumbent: async ({ name, option }, root, store) => {
    const before = option('before')
    const events = await eventsOf(store, name)
    const earlier = events.filter((event) => event.as_of < before)
    return described(production(modelAfter(earlier, name)), root, store)
  },
  rival: async ({ name, option }, root, store) => {
    const digest = await bundleDigest(under(root, option('candidate')))
    if (digest === null) return described(null, root, store)
    const events = await eventsOf(store, name)
    const first = byDigest(modelAfter(events, name), digest)?.created_seq
    const earlier = events.filter((event) => first === undefined || event.seq < first)
    return described(production(modelAfter(earlier, name)), root, store)
  },
  registered: async ({ name, option }, root, store) => {
    const digest = await bundleDigest(under(root, option('candidate')))
    const found = digest && byDigest(modelAfter(await eventsOf(store, name), name), digest)
    return found && (await isWhole(bundlePath(store, found.digest), found.digest))
      ? { version: found.version, digest: found.digest }
      : null
  },
}

async function eventsOf(store: string, name: string): Promise<readonly JournalEvent[]> {
  const { events } = await readJournal(store)
  return events.filter((event) => event.name === name)
}

function modelAfter(events: readonly JournalEvent[], name: string): ModelState | undefined {
  return fold(events).get(name)
}

function described(version: Version | null, root: string, store: string): ProductionAnswer {
  if (version === null) return { version: null }
  const bundle = relative(root, bundlePath(store, version.digest)).split(sep).join('/')
  return { version: version.version, digest: version.digest, as_of: version.as_of, bundle }
}

function parse(ref: string): Reference {
  const [, name, kind, query] = FORM.exec(ref) ?? []
  if (name === undefined || kind === undefined || query === undefined) {
    throw invalid(ref, 'it is not registry://NAME/incumbent|rival|registered?store=…')
  }
  const options = new Map(query.split('&').map(keyAndValue))
  const option = (key: string) => {
    const value = options.get(key)
    if (value) return value
    throw invalid(ref, `it lacks ${key}=…`)
  }
  return { name, kind, store: option('store'), option }
}

/** Paths stand in a reference as they are, without percent signs. */
function keyAndValue(part: string): [string, string] {
  const at = part.indexOf('=')
  return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]
}

function under(root: string, path: string): string {
  return isAbsolute(path) ? path : join(root, path)
}

function invalid(ref: string, what: string): RegistryError {
  return new RegistryError('REF_INVALID', `cannot understand ${ref}: ${what}`, {
    hint: 'docs/contracts.md lists the references',
  })
}
