// What a registry:// reference of a pipeline means: who is or was in Production, as a canonical text.
import { isAbsolute, join, relative, sep } from 'node:path'
import type {
  ChallengerAnswer,
  PastAnswer,
  ProductionAnswer,
  RegisteredVersion,
  ServedAnswer,
} from '@weir/formats/registry-answer'
import { bundleDigest, bundlePath, isWhole } from './bundle.ts'
import { RegistryError } from './error.ts'
import { type JournalEvent, periodOf } from './event.ts'
import { byDigest, challenger, fold, type ModelState, production, type Version } from './fold.ts'
import { readJournal } from './journal.ts'
import { featuresOf } from './served-features.ts'
import { isSound } from './stored.ts'
import { TABLES, tableDigest, tablePath } from './table.ts'

const FORM =
  /^registry:\/\/([^/?]+)\/(incumbent|rival|challenger|past|served|registered|table)\?(.+)$/

interface Reference {
  readonly name: string
  readonly kind: string
  /** The registry's folder, as written and as a path. */
  readonly store: string
  readonly has: (key: string) => boolean
  readonly option: (key: string) => string
}

/**
 * The text of a reference (docs/contracts.md), or null where there is nothing. A registry folder that is
 * missing is an empty registry.
 *
 * - `incumbent?before=AS_OF`: Production, counting only events of an earlier period.
 * - `rival?candidate=DIR`: Production just before the candidate was first registered; now, if it is not.
 * - `challenger?before=AS_OF` or `?candidate=DIR`: the open challenger at one of those moments, and the labelled
 *   periods in which it was compared with the Production of that moment.
 * - `past?before=AS_OF`: what earlier periods decided on: their newest labels, the causes that asked for retraining
 *   the version then in Production, and those that a person silenced, also in this period.
 * - `served?before=AS_OF`: the features that the online table must hold: those of the last three in Production and of
 *   the challenger.
 * - `registered?candidate=DIR`: the candidate's version, while its stored bundle is whole: registering it
 *   again puts a lost or damaged one back.
 * - `table?table=DIR&before=AS_OF`: the table in DIR, while its stored copy is whole and it was put live, if there
 *   was a version to put it live for and no later period has gone on since.
 *
 * What a run of the period itself writes changes none but the last two.
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
    const events = earlierThan(option('before'), await eventsOf(store, name))
    return described(production(modelAfter(events, name)), root, store)
  },
  rival: async ({ name, option }, root, store) => {
    const events = await beforeCandidate(under(root, option('candidate')), store, name)
    return described(production(modelAfter(events, name)), root, store)
  },
  challenger: async ({ name, has, option }, root, store): Promise<ChallengerAnswer> => {
    const events = has('candidate')
      ? await beforeCandidate(under(root, option('candidate')), store, name)
      : earlierThan(option('before'), await eventsOf(store, name))
    const model = modelAfter(events, name)
    const [open, standing] = [challenger(model), production(model)]
    if (open === null || standing === null) return { version: null }
    const looks = open.looks.filter(({ against }) => against === standing.version)
    return { ...answerOf(open, root, store), looks: looks.map(({ labelled }) => labelled) }
  },
  past: async ({ name, option }, _root, store) => {
    const before = option('before')
    return pastOf(before, await eventsOf(store, name), name)
  },
  served: async ({ name, option }, _root, store): Promise<ServedAnswer> => {
    const model = modelAfter(earlierThan(option('before'), await eventsOf(store, name)), name)
    return { features: await featuresOf(servedOf(model), store) }
  },
  registered: async ({ name, option }, root, store) => {
    const digest = await bundleDigest(under(root, option('candidate')))
    const found = digest && byDigest(modelAfter(await eventsOf(store, name), name), digest)
    return found && (await isWhole(bundlePath(store, found.digest), found.digest))
      ? { version: found.version, digest: found.digest }
      : null
  },
  table: async ({ name, option }, root, store) => {
    const digest = await tableDigest(under(root, option('table')))
    if (digest === null || !(await isSound(TABLES, tablePath(store, digest), digest))) return null
    const events = await eventsOf(store, name)
    const [before, model] = [option('before'), modelAfter(events, name)]
    const standing = production(modelAfter(earlierThan(before, events), name))
    const passed = (model?.processed ?? '') > before
    return standing === null || passed || model?.tables.has(digest) ? { digest } : null
  },
}

/** How many versions may be rolled back to without the online table lacking a feature: the last in Production. */
const SERVED = 3

function servedOf(model: ModelState | undefined): Version[] {
  const entered = [...(model?.versions.values() ?? [])].filter((one) => one.production_at !== null)
  const last = entered.toSorted((a, b) => later(a.production_at, b.production_at)).slice(0, SERVED)
  const open = challenger(model)
  return open === null ? last : [...last, open]
}

function later(a: string | null, b: string | null): number {
  return (b ?? '') < (a ?? '') ? -1 : 1
}

function pastOf(before: string, events: readonly JournalEvent[], name: string): PastAnswer {
  const earlier = earlierThan(before, events)
  const standing = production(modelAfter(earlier, name))?.version
  const labels = earlier.flatMap((event) => {
    // A version was trained on the labels of its as_of.
    if (event.type === 'registered') return event.as_of
    return event.type === 'published' ? (event.labelled ?? []) : []
  })
  return {
    labelled: labels.toSorted().at(-1) ?? null,
    asked: earlier.flatMap((event) => {
      if (event.type !== 'published' || event.version !== standing) return []
      const { labelled = null, causes = [] } = event
      return causes.map((cause) => ({ ...cause, period: periodOf(event), labelled }))
    }),
    acknowledged: events.flatMap((event) => {
      if (event.type !== 'acknowledged' || event.version !== standing) return []
      return periodOf(event) <= before ? [{ ...event.cause, note: event.reason }] : []
    }),
  }
}

function earlierThan(before: string, events: readonly JournalEvent[]): JournalEvent[] {
  return events.filter((event) => periodOf(event) < before)
}

/** What happened before the candidate in a folder was first registered: everything, if it is not. */
async function beforeCandidate(dir: string, store: string, name: string): Promise<JournalEvent[]> {
  const digest = await bundleDigest(dir)
  if (digest === null) return []
  const events = await eventsOf(store, name)
  const first = byDigest(modelAfter(events, name), digest)?.created_seq
  return events.filter((event) => first === undefined || event.seq < first)
}

async function eventsOf(store: string, name: string): Promise<readonly JournalEvent[]> {
  const { events } = await readJournal(store)
  return events.filter((event) => event.name === name)
}

function modelAfter(events: readonly JournalEvent[], name: string): ModelState | undefined {
  return fold(events).get(name)
}

function described(version: Version | null, root: string, store: string): ProductionAnswer {
  return version === null ? { version: null } : answerOf(version, root, store)
}

function answerOf(version: Version, root: string, store: string): RegisteredVersion {
  const bundle = relative(root, bundlePath(store, version.digest)).split(sep).join('/')
  return { version: version.version, digest: version.digest, as_of: version.as_of, bundle }
}

function parse(ref: string): Reference {
  const [, name, kind, query] = FORM.exec(ref) ?? []
  if (name === undefined || kind === undefined || query === undefined) {
    throw invalid(ref, 'it is not registry://NAME/KIND?store=… of a known kind')
  }
  const options = new Map(query.split('&').map(keyAndValue))
  const option = (key: string) => {
    const value = options.get(key)
    if (value) return value
    throw invalid(ref, `it lacks ${key}=…`)
  }
  return { name, kind, store: option('store'), has: (key) => options.has(key), option }
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
    hint: 'there are registry://NAME/incumbent?store=FOLDER&before=AS_OF, and …/rival and …/registered?store=FOLDER&candidate=FOLDER',
  })
}
