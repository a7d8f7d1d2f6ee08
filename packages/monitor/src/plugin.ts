// The monitor as a plugin of weir: its commands and its mutex.
import type { Plugin } from '@weir/runner/plugin'
import { acceptCommand } from './commands/accept.ts'
import { expectationsCommand } from './commands/expectations.ts'
import { monitorCommand } from './commands/monitor.ts'
import { monitorPlaces } from './places.ts'

const plugin: Plugin = {
  commands: { accept: acceptCommand, expectations: expectationsCommand, monitor: monitorCommand },
  mutexes: { monitor: async ({ params }) => (await monitorPlaces((await params()).root)).mutex },
}

export default plugin
