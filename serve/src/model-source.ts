// Finds the model in Production by the registry's journal.
import { fold, production, type RegistryState, type Version } from '@weir/registry/fold'
import { journalPath, readJournal } from '@weir/registry/journal'
import { fileMark } from './file-mark.ts'
import { loadServed, type ServedModel } from './model.ts'
import { Refused, type Source } from './slot.ts'

/**
 * The Production version of `name` in a registry folder; without a name, of the only model there.
 */
export function modelSource(store: string, name: string | null): Source<ServedModel> {
  return {
    mark: () => fileMark(journalPath(store)),
    newest: async (current) => {
      const version = production(await modelIn(store, name))
      if (version === null) {
        if (current === null) return null
        throw new Refused(store, 'no model is in Production any more; the last one is kept')
      }
      if (isSame(current, version)) return 'same'
      return loadServed(store, version).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        throw new Refused(`${version.name} v${version.version}`, reason)
      })
    },
  }
}

async function modelIn(store: string, name: string | null) {
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
