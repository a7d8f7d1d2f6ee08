// Follows the registry: the model in Production and the feature table that is live with it, which one event may put
// there together, and which are then served together.
import {
  fold,
  type ModelState,
  production,
  type RegistryState,
  type Version,
} from '@weir/registry/fold'
import { journalPath, readJournal } from '@weir/registry/journal'
import { tablePath } from '@weir/registry/table'
import { fileMark } from './file-mark.ts'
import { loadServed, type ServedModel } from './model.ts'
import { loadOnline, type OnlineTable } from './online.ts'
import { type OwnedSlot, oneAtATime, Refused } from './slot.ts'

/** A registry's folder, and the model's name there; null for the only one. */
export interface Followed {
  readonly store: string
  readonly name: string | null
}

/** Where the pair is held; without `online` the table comes from elsewhere. */
export interface Pair {
  readonly models: OwnedSlot<ServedModel>
  readonly online: OwnedSlot<OnlineTable> | null
}

/**
 * Gives the function that looks for a newer pair; it never throws, and calls during a look lead to one more look.
 *
 * Where one of the two cannot be served, the other does not move either, if there is one already: what was live
 * together stays together.
 */
export function followRegistry({ store, name }: Followed, { models, online }: Pair) {
  let seen: string | null = null

  async function look(): Promise<void> {
    try {
      const mark = await fileMark(journalPath(store))
      const refused = models.refused ?? online?.refused ?? null
      // What was refused is tried again: it may be whole by now.
      if (mark === seen && refused === null) return
      const state = await modelIn(store, name)
      const found = await Promise.all([
        settled(newestModel(store, production(state), models.current)),
        online ? settled(newestTable(store, state, online.current)) : null,
      ])
      seen = mark
      swap({ models, online }, ...found)
    } catch (error) {
      models.refuse(error)
    }
  }
  return oneAtATime(look)
}

/** What a look found: the newer thing (null: nothing newer), or why it cannot be served. */
type Found<T> = { readonly next: T | null } | { readonly error: unknown }

function settled<T>(work: Promise<T | null>): Promise<Found<T>> {
  return work.then(
    (next) => ({ next }),
    (error: unknown) => ({ error }),
  )
}

function swap(
  { models, online }: Pair,
  model: Found<ServedModel>,
  table: Found<OnlineTable> | null,
) {
  const failed = 'error' in model || (table !== null && 'error' in table)
  settle(models, model, failed)
  if (online && table) settle(online, table, failed)
}

function settle<T>(slot: OwnedSlot<T>, found: Found<T>, failed: boolean): void {
  if ('error' in found) slot.refuse(found.error)
  else slot.take(failed && slot.current !== null ? null : found.next)
}

async function newestModel(
  store: string,
  version: Version | null,
  current: ServedModel | null,
): Promise<ServedModel | null> {
  if (version === null) {
    if (current === null) return null
    throw new Refused(store, 'no model is in Production any more; the last one is kept')
  }
  if (isSame(current, version)) return null
  return loadServed(store, version).catch((error: unknown) => {
    throw new Refused(`${version.name} v${version.version}`, reasonOf(error))
  })
}

async function newestTable(
  store: string,
  model: ModelState | undefined,
  current: OnlineTable | null,
): Promise<OnlineTable | null> {
  const table = model?.table ?? null
  if (table === null || table.digest === current?.digest) return null
  return loadOnline(tablePath(store, table.digest), table.digest).catch((error: unknown) => {
    throw new Refused(`the feature table of ${table.as_of}`, reasonOf(error))
  })
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function modelIn(store: string, name: string | null): Promise<ModelState | undefined> {
  const state = fold((await readJournal(store)).events)
  return state.get(name ?? onlyName(state, store) ?? '')
}

function onlyName(state: RegistryState, store: string): string | null {
  const names = [...state.keys()]
  if (names.length > 1) throw new Refused(store, `several models, name one: ${names.join(', ')}`)
  return names[0] ?? null
}

function isSame(current: ServedModel | null, version: Version): boolean {
  return current?.version.digest === version.digest && current.version.version === version.version
}
