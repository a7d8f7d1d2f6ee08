// The door for plugins: packages that add commands and references to the tool.

export type { Problem, Report } from '@weir/base/problem'
export { type Command, type CommandIo, EXIT, type TextStream } from '../commands/command.ts'
export {
  type CliIo,
  CommandFailure,
  cliIo,
  didYouMean,
  guarded,
  usage,
} from '../commands/failure.ts'
export type { MutexPlace, Plugin } from '../commands/plugins.ts'
export { paramAt } from '../config/params.ts'
export { findRoot } from '../config/root.ts'
export { parseYaml } from '../config/yaml.ts'
export { type TextColumn, textTable } from '../terminal/table.ts'
