// Plugins: packages that a project names in its package.json, which add commands and references to the tool.
// A plugin is described in its own package.json, so that nothing of it is loaded before it is used.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRecord } from '@weir/base'
import { findRoot } from '../config/root.ts'
import type { Resolver } from '../plan/workspace.ts'
import type { Command, CommandEntry } from './command.ts'
import { EXIT } from './exit.ts'
import { OWN_NAMES } from './own-names.ts'
import type { MutexPlace, Plugin } from './plugin.ts'
import { guarded, wrongCommand } from './plugin-command.ts'
import { type Description, describePlugins, failure, invalid } from './plugin-description.ts'
import { askResolver } from './plugin-reference.ts'
import { inPlugin } from './process-guard.ts'

/** The plugins of the project around a folder, as far as they are needed. */
export interface Plugins {
  readonly commands: readonly CommandEntry[]
  readonly references: Readonly<Record<string, Resolver>>
  /** The folder of each mutex by name; loads the plugins that have one. */
  mutexes(place: MutexPlace, names: readonly string[]): Promise<Readonly<Record<string, string>>>
  /** What each mutex guards, by its name. */
  readonly mutexSummaries: Readonly<Record<string, string>>
}

/** The plugins of a project that has none. */
export const NO_PLUGINS: Plugins = {
  commands: [],
  references: {},
  mutexes: async () => ({}),
  mutexSummaries: {},
}

/** The mutexes that plugins take, for `weir unlock`. */
export type PluginMutexes = Pick<Plugins, 'mutexes' | 'mutexSummaries'>

/**
 * Reads which plugins the project around a folder has, without loading them.
 * @throws CommandFailure PLUGIN_MISSING, PLUGIN_INVALID, PLUGIN_CLASH, FILE_UNREADABLE
 */
export function readPlugins(cwd: string): Plugins {
  const root = findRoot(cwd) ?? cwd
  const described = describePlugins(root)
  checkClashes(described, 'commands', 'command', OWN_NAMES.commands)
  checkClashes(described, 'references', 'scheme', [])
  checkClashes(described, 'mutexes', 'mutex', OWN_NAMES.mutexes)
  return {
    commands: described.flatMap((plugin) => commandsOf(root, plugin)),
    references: Object.fromEntries(described.flatMap((plugin) => referencesOf(root, plugin))),
    mutexSummaries: Object.fromEntries(described.flatMap(({ mutexes }) => Object.entries(mutexes))),
    async mutexes(place, names) {
      const found: [string, string][] = []
      for (const plugin of described)
        for (const name of Object.keys(plugin.mutexes).filter((mutex) => names.includes(mutex)))
          found.push([name, await (await part(root, plugin, 'mutexes', name))(place)])
      return Object.fromEntries(found)
    },
  }
}

/** Throws PLUGIN_CLASH where a name is the tool's own, or another plugin's. */
function checkClashes(
  plugins: readonly Description[],
  key: 'commands' | 'references' | 'mutexes',
  what: string,
  own: readonly string[],
): void {
  const taken = new Map(own.map((name) => [name, 'weir itself']))
  for (const { name: plugin, [key]: brought, placeOf } of plugins)
    for (const name of isRecord(brought) ? Object.keys(brought) : brought) {
      const other = taken.get(name)
      if (other !== undefined)
        throw failure({
          code: 'PLUGIN_CLASH',
          message: `${plugin} brings the ${what} '${name}', which ${other} has`,
          place: placeOf(key, name),
          hint: 'a project can have only one of them: take the other out of weir.plugins in package.json',
        })
      taken.set(name, plugin)
    }
}

function commandsOf(root: string, plugin: Description): CommandEntry[] {
  return Object.entries(plugin.commands).map(([name, { summary, stopsItself }]) => ({
    name,
    summary,
    ...(stopsItself && { stopsItself }),
    async load() {
      const command = guarded(plugin.name, await part(root, plugin, 'commands', name))
      return stopsItself ? endedByKill(command) : command
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

function referencesOf(root: string, plugin: Description) {
  return plugin.references.map((scheme): [string, Resolver] => [
    scheme,
    (reference, project) =>
      askResolver(() => part(root, plugin, 'references', scheme), {
        plugin: plugin.name,
        reference,
        root: project,
      }),
  ])
}

type Parts = Required<Plugin>

/** A part of a plugin, which is loaded for it. @throws CommandFailure PLUGIN_INVALID, PLUGIN_FAILED */
async function part<Key extends keyof Parts>(
  root: string,
  plugin: Description,
  key: Key,
  name: string,
): Promise<Parts[Key][string]> {
  const found = (await load(root, plugin))[key]?.[name]
  if (isPart(key, found)) return found
  const wrong = key === 'commands' && isRecord(found) ? wrongCommand(found) : undefined
  throw invalid(
    wrong === undefined
      ? `${plugin.name}/plugin lacks ${key}.${name}, or it has a wrong form`
      : `${plugin.name}/plugin: ${key}.${name} has a wrong form: ${wrong}`,
    plugin.placeOf(key, name),
  )
}

/** True for what has the form of a part: a command is a map with the tables and `run`, all else a function. */
function isPart<Key extends keyof Parts>(key: Key, value: unknown): value is Parts[Key][string] {
  if (key !== 'commands') return typeof value === 'function'
  return isRecord(value) && wrongCommand(value) === undefined
}

async function load(root: string, { name, placeOf }: Description): Promise<Plugin> {
  const door = doorOf(root, name, placeOf)
  const module: unknown = await inPlugin(name, () => import(door)).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    const hint = 'mend or update that package, or take it out of weir.plugins in package.json'
    const message = `${name}/plugin cannot be loaded: ${why}`
    throw failure({ code: 'PLUGIN_FAILED', message, place: placeOf(), hint })
  })
  if (isRecord(module) && isRecord(module.default)) return module.default
  throw invalid(`${name}/plugin has no default export that is a plugin`, placeOf())
}

/** The URL of a plugin's module. */
function doorOf(root: string, name: string, placeOf: Description['placeOf']): string {
  try {
    const resolver = createRequire(join(root, 'package.json'))
    return pathToFileURL(resolver.resolve(`${name}/plugin`)).href
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]
    throw invalid(`the exports of ${name} have no ./plugin: ${why}`, placeOf())
  }
}
