// The registry as a plugin of weir: its command, its references, and its mutex.
import { isAbsolute, join } from 'node:path'
import { cliIo, type MutexPlace, type Plugin } from '@weir/runner/plugin'
import { readPromoteParams } from './commands/promote-params.ts'
import { registryCommand } from './commands/registry.ts'
import { resolveRegistryRef } from './refs.ts'
import { registryMutex } from './store-mutex.ts'

const plugin: Plugin = {
  commands: { registry: (argv, io) => registryCommand(argv, cliIo(io)) },
  references: { registry: resolveRegistryRef },
  mutexes: { registry: (place) => registryMutex(storeOf(place)) },
}

export default plugin

function storeOf({ cwd, store: asked }: MutexPlace): string {
  if (asked !== undefined) return isAbsolute(asked) ? asked : join(cwd, asked)
  const { root, store } = readPromoteParams(cwd)
  return isAbsolute(store) ? store : join(root, store)
}
