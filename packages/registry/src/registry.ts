// The registry of a folder: reads its state, and makes each change as one durable transaction under its mutex.
import type { Mutex } from '@weir/base/mutex'
import { bundlePath, discardStaged, openBundle, placeBundle, stageBundle } from './bundle.ts'
import {
  acknowledging,
  aliasing,
  approving,
  challenging,
  closing,
  evaluating,
  type Grounds,
  previousOf,
  promoting,
  publishing,
  refusing,
  registering,
  rejecting,
  rollingBack,
  unaliasing,
  versionOf,
} from './changes.ts'
import { defaultEffects, type RegistryEffects } from './effects.ts'
import { RegistryError } from './error.ts'
import {
  type Cause,
  type Closing,
  type EventBody,
  eventOf,
  type JournalEvent,
  type Look,
  type Metrics,
  newestPeriod,
  type Request,
  type TableRef,
} from './event.ts'
import { byDigest, fold, type RegistryState, type Version } from './fold.ts'
import { appendEvents, type Journal, journalPath, readJournal } from './journal.ts'
import { tableFor } from './served-features.ts'
import { withMutex } from './store-mutex.ts'
import { discard, place, stage } from './stored.ts'
import { openTable, TABLES, tablePath } from './table.ts'

/** How often a change is made again because others wrote meanwhile. */
const ATTEMPTS = 5

/** A version after a change; `changed` is false where it stood so already. */
export interface Change {
  readonly version: Version
  readonly changed: boolean
}

/** What a person or a stage may do. Versions are named by number, `v3`, alias or `Production`. */
export interface Registry {
  state(): Promise<RegistryState>
  /** The events of a model, oldest first; of all models without a name. */
  history(name?: string): Promise<readonly JournalEvent[]>
  /** Stores the bundle in `dir`; the same digest again is the same version. Throws BUNDLE_*. */
  register(dir: string, reason?: string): Promise<Change>
  evaluate(name: string, version: VersionName, metrics: Metrics, reason?: string): Promise<Change>
  reject(name: string, version: VersionName, reason: string): Promise<Change>
  /** A person's no to a version that waits, or to the open challenger. Throws NOT_WAITING. */
  refuse(name: string, version: VersionName, reason: string): Promise<Change>
  /** Records a look that leaves a version open as the challenger. */
  challenge(name: string, version: VersionName, look: Look, reason: string): Promise<Change>
  /** Closes an open challenger, or a version that waits. */
  close(name: string, version: VersionName, outcome: Closing, reason: string): Promise<Change>
  /** Into Production after its bundle proved sound; into Staging where an approval is required. */
  promote(name: string, version: VersionName, why: Why): Promise<Change>
  /** `changed`: what its request rests on and has changed since, in words. Throws NOT_WAITING, REQUEST_LAPSED. */
  approve(
    name: string,
    version: VersionName,
    reason?: string,
    changed?: readonly string[],
  ): Promise<Change>
  /** Back to a version, or to the one in Production before, after its bundle proved sound. */
  rollback(name: string, version: VersionName | null, reason?: string): Promise<Change>
  /** Stores the feature table in `dir`, without putting it live. Throws TABLE_*. */
  storeTable(dir: string): Promise<TableRef>
  /**
   * Puts a stored table live for the version that stays in Production; true where that changed something. A run of an
   * earlier period than the newest one changes nothing. Throws TABLE_*.
   */
  publish(name: string, table: TableRef, reason: string, grounds?: Grounds): Promise<boolean>
  /** Silences a cause for the version in Production, as long as it gets no worse. */
  acknowledge(name: string, cause: Cause, reason: string): Promise<void>
  alias(name: string, alias: string, version: VersionName, reason?: string): Promise<Change>
  unalias(name: string, alias: string, reason?: string): Promise<void>
}

export type VersionName = string | number

export interface Why {
  readonly reason: string
  readonly requireApproval?: boolean
  /** A stored table that goes live with it. */
  readonly table?: TableRef | undefined
  /** What an approval of it rests on. */
  readonly request?: Request | undefined
}

/** Opens the registry in a folder, which need not exist yet. */
export function openRegistry(store: string, some: Partial<RegistryEffects> = {}): Registry {
  const room: Room = { store, effects: { ...defaultEffects, ...some } }
  const events = async () => (await readJournal(store, room.effects.warn)).events
  return {
    state: async () => fold(await events()),
    history: async (name) =>
      (await events()).filter((event) => name === undefined || event.name === name),
    register: (dir, reason = '') => register(room, dir, reason),
    evaluate: (name, text, metrics, reason = '') =>
      change(room, { verb: 'evaluate', name, text }, (_, version) =>
        evaluating(version, metrics, reason),
      ),
    reject: (name, text, reason) =>
      change(room, { verb: 'reject', name, text }, (_, version) => rejecting(version, reason)),
    refuse: (name, text, reason) =>
      change(room, { verb: 'reject', name, text }, (_, version) => refusing(version, reason)),
    challenge: (name, text, look, reason) =>
      change(room, { verb: 'challenge', name, text }, (_, version) =>
        challenging(version, look, reason),
      ),
    close: (name, text, outcome, reason) =>
      change(room, { verb: 'close', name, text }, (_, version) =>
        closing(version, outcome, reason),
      ),
    promote: (name, text, { requireApproval = false, ...why }) =>
      changeSound(
        room,
        { verb: 'promote', name, text },
        (now, version) => promoting(now, version, { ...why, requireApproval }),
        why.table,
      ),
    approve: (name, text, reason = '', changed = []) =>
      changeSound(room, { verb: 'approve', name, text }, (now, version) =>
        approving(now, version, reason, changed),
      ),
    rollback: (name, text, reason = '') => rollback(room, { verb: 'rollback', name, text }, reason),
    storeTable: (dir) => storeTable(room, dir),
    publish: (name, table, reason, grounds) => publish(room, name, table, { reason, grounds }),
    acknowledge: async (name, cause, reason) => {
      await transact(room, `acknowledge ${name}`, async (now) =>
        acknowledging(now, name, cause, reason),
      )
    },
    alias: (name, alias, text, reason = '') =>
      change(room, { verb: 'alias', name, text }, (now, version) =>
        aliasing(now, alias, version, reason),
      ),
    unalias: async (name, alias, reason = '') => {
      await transact(room, `unalias ${name}`, async (now) => unaliasing(now, name, alias, reason))
    },
  }
}

interface Room {
  readonly store: string
  readonly effects: RegistryEffects
}

async function register(room: Room, dir: string, reason: string): Promise<Change> {
  const bundle = await stageBundle(room.store, dir)
  try {
    const { state, changed } = await transact(room, 'register', async (now) => {
      await placeBundle(bundle)
      return registering(now, bundle, reason)
    })
    const version = byDigest(state.get(bundle.name), bundle.digest)
    if (!version) throw new Error('a registered bundle is not in the state')
    return { version, changed }
  } finally {
    await discardStaged(bundle)
  }
}

async function storeTable({ store, effects }: Room, dir: string): Promise<TableRef> {
  const table = await stage(TABLES, store, dir)
  try {
    const options = { what: 'registry store a table', patience: effects.patience }
    await withMutex(store, options, () => place(TABLES, table))
    return { digest: table.digest, as_of: table.manifest.as_of }
  } finally {
    await discard(table)
  }
}

async function publish(
  room: Room,
  name: string,
  table: TableRef,
  { reason, grounds }: { reason: string; grounds: Grounds | undefined },
): Promise<boolean> {
  const { changed } = await transact(room, `publish ${name}`, async (now) => {
    const { period } = room.effects
    const processed = now.get(name)?.processed ?? null
    if (period !== null && processed !== null && processed > period) return []
    const bodies = publishing(now, name, table, reason, grounds)
    if (bodies.length > 0) await openTable(tablePath(room.store, table.digest), table.digest)
    return bodies
  })
  return changed
}

/** A version that the live table cannot feed goes back with the newest table that can. */
async function rollback(room: Room, what: Subject, reason: string): Promise<Change> {
  const { name, text } = what
  const state = fold((await readJournal(room.store, room.effects.warn)).events)
  const to = text === null ? previousOf(state, name) : versionOf(state, name, text)
  const table = await tableFor(to, state.get(name), room.store)
  const decide: DecideVersion = (now, version) => rollingBack(now, version, reason, table)
  return changeSound(room, what, decide, table)
}

type DecideVersion = (state: RegistryState, version: Version) => EventBody[]
type Prove = (version: Version) => Promise<void>

/** What is done to which version; `text` null means the one in Production before. */
interface Subject {
  readonly verb: string
  readonly name: string
  readonly text: VersionName | null
}

/** Changes one version. */
async function change(
  room: Room,
  { verb, name, text }: Subject,
  decide: DecideVersion,
  prove: Prove = async () => {},
): Promise<Change> {
  let number = 0
  const { state, changed } = await transact(room, `${verb} ${name}`, async (now) => {
    const version = text === null ? previousOf(now, name) : versionOf(now, name, text)
    number = version.version
    const bodies = decide(now, version)
    if (bodies.length > 0) await prove(version)
    return bodies
  })
  return { version: versionOf(state, name, number), changed }
}

/** The same, and the version's bundle, and the table that goes with it, must prove sound before anything is written. */
function changeSound(room: Room, what: Subject, decide: DecideVersion, table?: TableRef) {
  return change(room, what, decide, async (version) => {
    await proveSound(room, version)
    const served = table ?? version.request?.table ?? null
    if (served !== null) await openTable(tablePath(room.store, served.digest), served.digest)
  })
}

/** Throws BUNDLE_* when a version's bundle is not whole, or does not give its expected outputs. */
async function proveSound({ store, effects }: Room, version: Version): Promise<void> {
  const { dir } = await openBundle(bundlePath(store, version.digest), version.digest)
  const problems = await effects.verify(dir)
  if (problems.length === 0) return
  throw new RegistryError('BUNDLE_UNFAITHFUL', problems.join('; '), {
    where: dir,
    hint: `${version.name} v${version.version} stays out of Production`,
  })
}

type Decide = (state: RegistryState) => Promise<EventBody[]>

interface Transaction {
  readonly state: RegistryState
  readonly changed: boolean
}

/**
 * Reads, decides and appends while holding the mutex, so that two processes cannot both decide on the same state. All
 * of it is done again where the mutex was lost meanwhile, or somebody without it changed the journal.
 */
async function transact(room: Room, what: string, decide: Decide): Promise<Transaction> {
  const options = { what: `registry ${what}`, patience: room.effects.patience }
  for (let left = ATTEMPTS; left > 0; left--) {
    const done = await withMutex(room.store, options, (mutex) => tryOnce(room, decide, mutex))
    if (done) return done
  }
  throw new RegistryError('STORE_CONTESTED', 'others wrote to the registry at the same time', {
    where: journalPath(room.store),
    hint: 'nothing was changed; try again, and see who writes without the mutex',
  })
}

async function tryOnce(
  { store, effects }: Room,
  decide: Decide,
  mutex: Mutex,
): Promise<Transaction | undefined> {
  const journal = await readJournal(store, effects.warn)
  const before = fold(journal.events)
  const bodies = await decide(before)
  if (bodies.length === 0) return { state: before, changed: false }
  const events = await stamped(journal, bodies, effects)
  if (!appendEvents(journal, events, mutex)) return undefined
  return { state: fold(events, before), changed: true }
}

async function stamped(
  journal: Journal,
  bodies: readonly EventBody[],
  effects: RegistryEffects,
): Promise<JournalEvent[]> {
  const at = effects.now().toISOString()
  const who = { at, by: effects.user(), run: effects.run(), git: await effects.git() }
  return bodies.map((body, i) => {
    const stamp = { ...who, period: effects.period ?? newestFor(body, journal) }
    return eventOf(body, stamp, journal.events.length + 1 + i)
  })
}

/** The period of a person's act: the newest that the model's events know. */
function newestFor({ name, as_of }: EventBody, { events }: Journal): string {
  const known = newestPeriod(events.filter((event) => event.name === name))
  return known === null || as_of > known ? as_of : known
}
