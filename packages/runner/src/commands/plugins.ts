// Plugins: packages that a project names in its package.json, which add commands and references to the tool.
// A plugin is described in its own package.json, so that nothing of it is loaded before it is used.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRecord } from '@weir/base/is-record'
import { findRoot } from '../config/root.ts'
import type { Resolver } from '../plan/workspace.ts'
import type { Command, CommandEntry } from './command.ts'
import { EXIT } from './exit.ts'
import { CommandFailure } from './failure.ts'
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

/** What a package.json says under `weir.plugin`. */
interface Description {
  readonly package: string
  readonly commands: Readonly<Record<string, { summary: string; stopsItself?: true }>>
  readonly references: readonly string[]
  readonly mutexes: readonly string[]
}

/** The plugins of the project around a folder, as far as they are needed. */
export interface Plugins {
  readonly commands: readonly CommandEntry[]
  readonly references: Readonly<Record<string, Resolver>>
  /** The folder of each mutex by name; loads the plugins that have one. */
  mutexes(place: MutexPlace, names: readonly string[]): Promise<Readonly<Record<string, string>>>
  readonly mutexNames: readonly string[]
}

/** The mutexes that plugins take, for `weir unlock`. */
export type PluginMutexes = Pick<Plugins, 'mutexes' | 'mutexNames'>

/**
 * Reads which plugins the project around a folder has, without loading them.
 * @throws CommandFailure PLUGIN_MISSING for one that is not installed or is no plugin
 */
export function readPlugins(cwd: string): Plugins {
  const root = findRoot(cwd) ?? cwd
  const described = namesIn(root).map((name) => describe(root, name))
  const load = createLoader(root)
  return {
    commands: described.flatMap((plugin) => commandsOf(plugin, load)),
    references: Object.fromEntries(described.flatMap((plugin) => referencesOf(plugin, load))),
    mutexNames: described.flatMap(({ mutexes }) => mutexes),
    async mutexes(place, names) {
      const found: [string, string][] = []
      for (const plugin of described)
        for (const name of plugin.mutexes.filter((mutex) => names.includes(mutex))) {
          const folder = await (await load(plugin.package)).mutexes?.[name]?.(place)
          if (folder !== undefined) found.push([name, folder])
        }
      return Object.fromEntries(found)
    },
  }
}

type Load = (name: string) => Promise<Plugin>

function createLoader(root: string): Load {
  const resolve = createRequire(join(root, 'package.json'))
  return async (name) => {
    const module: unknown = await import(pathToFileURL(resolve.resolve(`${name}/plugin`)).href)
    if (isRecord(module) && isRecord(module.default)) return module.default
    throw missing(`${name}/plugin has no default export`)
  }
}

function commandsOf({ package: name, commands }: Description, load: Load): CommandEntry[] {
  return Object.entries(commands).map(([command, { summary, stopsItself }]) => ({
    name: command,
    summary,
    ...(stopsItself && { stopsItself }),
    async load() {
      const loaded = (await load(name)).commands?.[command]
      if (!loaded) throw missing(`${name} has no command ${command}`)
      return stopsItself ? endedByKill(loaded) : loaded
    },
  }))
}

/** A plugin that stops itself takes the first signal; the second ends the process at once. */
function endedByKill(command: Command): Command {
  return {
    ...command,
    run(given, effects) {
      effects.kill.addEventListener('abort', () => effects.exit(EXIT.interrupted))
      return command.run(given, effects)
    },
  }
}

function referencesOf({ package: name, references }: Description, load: Load) {
  return references.map((scheme): [string, Resolver] => [
    scheme,
    async (reference, root) => {
      const resolver = (await load(name)).references?.[scheme]
      if (resolver) return resolver(reference, root)
      throw missing(`${name} has no references ${scheme}://`)
    },
  ])
}

/** The packages that package.json lists under `weir.plugins`. */
function namesIn(root: string): string[] {
  const listed = settingsOf(join(root, 'package.json'))?.plugins
  return Array.isArray(listed) ? listed.filter((name) => typeof name === 'string') : []
}

function describe(root: string, name: string): Description {
  const settings = settingsOf(manifestOf(root, name))?.plugin
  if (!isRecord(settings)) throw missing(`${name} is no plugin of weir`)
  const { commands = {}, references = [], mutexes = [] } = settings as Partial<Description>
  return { package: name, commands, references, mutexes }
}

/** What a package.json says under `weir`; undefined where there is none or it is no JSON. */
function settingsOf(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { weir } = JSON.parse(readFileSync(path, 'utf8')) as { weir?: unknown }
    return isRecord(weir) ? weir : undefined
  } catch {
    return undefined
  }
}

/** Where a package's package.json is, in the project or above it. */
function manifestOf(root: string, name: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, 'package.json')
    if (existsSync(path)) return path
    if (dirname(folder) === folder) throw missing(`the plugin ${name} is not installed`)
  }
}

function missing(message: string): CommandFailure {
  const hint = 'weir.plugins of package.json lists the plugins; npm install adds a package'
  return new CommandFailure(
    { code: 'PLUGIN_MISSING', message, place: { file: 'package.json' }, hint },
    EXIT.usage,
  )
}
