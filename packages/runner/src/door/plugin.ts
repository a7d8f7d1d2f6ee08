// The door for plugins: packages that add commands and references to the tool. It has types only: a plugin is given
// what it needs, and its errors are known by what they carry (`code`, `hint`, `where`; USAGE is exit code 2, others 1).
export type { Command } from '../commands/command.ts'
export type { Ask, Effects } from '../commands/effects.ts'
export type { Given, Option, OptionTable } from '../commands/options.ts'
export type { MutexPlace, Plugin } from '../commands/plugin.ts'
export type { ProjectParams } from '../commands/project-params.ts'
export type { TextStream } from '../commands/streams.ts'
export type { TextColumn, TextTable } from '../terminal/table.ts'
