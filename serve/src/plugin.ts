// The server as a plugin of weir: its command.
import { cliIo, type Plugin } from '@weir/runner/plugin'
import { serveCommand } from './command.ts'

const plugin: Plugin = { commands: { serve: (argv, io) => serveCommand(argv, cliIo(io)) } }

export default plugin
