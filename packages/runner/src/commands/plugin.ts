// What a plugin is: the default export of its `./plugin`.
import type { Resolver } from '../plan/workspace.ts'
import type { Command } from './command.ts'
import type { ProjectParams } from './project-params.ts'

/** What a plugin's `./plugin` exports as its default. */
export interface Plugin {
  /** By name. */
  readonly commands?: Readonly<Record<string, Command>>
  /** Resolver by scheme. */
  readonly references?: Readonly<Record<string, Resolver>>
  /** By name, the folder of each mutex that the plugin takes, for `weir unlock`. */
  readonly mutexes?: Readonly<Record<string, (place: MutexPlace) => string | Promise<string>>>
}

/** Where a plugin looks for its mutex. */
export interface MutexPlace {
  readonly cwd: string
  /** The folder that `--store` names. */
  readonly store?: string
  params(): Promise<ProjectParams>
}
