// The registry as a plugin of weir: its command, its references, and its mutex.
import { isAbsolute, join } from 'node:path'
import type { MutexPlace, Plugin } from '@weir/runner/plugin'
import { promoteParams } from './commands/promote-params.ts'
import { registryCommand } from './commands/registry.ts'
import { resolveRegistryRef } from './refs.ts'
import { registryMutex } from './store-mutex.ts'

const plugin: Plugin = {
  commands: { registry: registryCommand },
  references: { registry: resolveRegistryRef },
  mutexes: { registry: async (place) => registryMutex(await storeOf(place)) },
}

export default plugin

async function storeOf({ cwd, store: asked, params }: MutexPlace): Promise<string> {
  if (asked !== undefined) return isAbsolute(asked) ? asked : join(cwd, asked)
  const { root, store } = promoteParams(await params())
  return isAbsolute(store) ? store : join(root, store)
}
