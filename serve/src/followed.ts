// What the server serves, put together: the slots of model and table, and the look that fills them.
import { followRegistry } from './follow.ts'
import type { ServedModel } from './model.ts'
import type { OnlineTable } from './online.ts'
import { onlineSource } from './online-source.ts'
import { createSlot, ownedSlot, type Slot, type SlotEvents } from './slot.ts'

/** Where model and table come from. */
export interface Places {
  /** The registry's folder, and the model's name there; null for the only one. */
  readonly store: string
  readonly name: string | null
  /** A folder with the online feature table; null for the one that is live in the registry. */
  readonly features: string | null
}

/** Both slots, with the looks at the folders that fill them. */
export interface Following {
  readonly models: Slot<ServedModel>
  readonly online: Slot<OnlineTable>
  readonly looks: readonly { readonly folder: string; readonly refresh: () => Promise<void> }[]
}

/** Empty slots; every `refresh` looks for what is new. */
export function following(
  { store, name, features }: Places,
  events: { readonly models: SlotEvents<ServedModel>; readonly online: SlotEvents<OnlineTable> },
): Following {
  const models = ownedSlot(store, events.models)
  if (features === null) {
    const online = ownedSlot(store, events.online)
    const refresh = followRegistry({ store, name }, { models, online })
    return { models, online, looks: [{ folder: store, refresh }] }
  }
  const online = createSlot(onlineSource(features), features, events.online)
  const refresh = followRegistry({ store, name }, { models, online: null })
  const looks = [
    { folder: store, refresh },
    { folder: features, refresh: online.refresh },
  ]
  return { models, online, looks }
}
