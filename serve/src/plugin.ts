// The server as a plugin of weir: its command.
import type { Plugin } from '@weir/runner/plugin'
import { serveCommand } from './command.ts'

const plugin: Plugin = { commands: { serve: serveCommand } }

export default plugin
