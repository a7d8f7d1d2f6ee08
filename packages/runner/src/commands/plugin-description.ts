// What package.json files say of plugins: which ones a project has, and what each brings. Nothing of a plugin is loaded.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isRecord, nearest, type Place, placeAt, projectPath } from '@weir/base'
import { EXIT } from './exit.ts'
import { CommandFailure } from './failure.ts'

const MANIFEST = 'package.json'

/** What a package.json says under `weir.plugin`. */
export interface Description {
  /** The package's name. */
  readonly name: string
  readonly commands: Readonly<Record<string, DescribedCommand>>
  readonly references: readonly string[]
  /** What each mutex guards, by its name. */
  readonly mutexes: Readonly<Record<string, string>>
  /** Its package.json; `words` lead to a place in it. */
  readonly placeOf: (...words: readonly string[]) => Place
}

export interface DescribedCommand {
  readonly summary: string
  readonly stopsItself: boolean
}

/** A package.json: its text, what it says under `weir`, and its path for people. */
interface Manifest {
  readonly file: string
  readonly text: string
  readonly weir: unknown
}

/**
 * Reads what the plugins of a project bring, in the order of its package.json.
 * @throws CommandFailure PLUGIN_MISSING, PLUGIN_INVALID, FILE_UNREADABLE
 */
export function describePlugins(root: string): Description[] {
  const path = join(root, MANIFEST)
  if (!existsSync(path)) return []
  const project = readManifest(root, path)
  const { plugins = [] } = isRecord(project.weir) ? project.weir : {}
  if (!isTexts(plugins))
    throw invalid('weir.plugins is no list of package names', placeIn(project, ['weir', 'plugins']))
  return plugins.map((name) => describe(root, name, placeIn(project, ['weir', 'plugins', name])))
}

function describe(root: string, name: string, named: Place): Description {
  const path = manifestPath(root, name)
  if (path === undefined) throw missing(`the plugin ${name} is not installed`, named)
  const manifest = readManifest(root, path)
  const plugin = isRecord(manifest.weir) ? manifest.weir.plugin : undefined
  if (plugin === undefined) throw missing(`${name} is no plugin of weir`, named)
  const placeOf = (...words: readonly string[]): Place =>
    placeIn(manifest, ['weir', 'plugin', ...words])
  if (!isRecord(plugin)) throw invalid(`weir.plugin of ${name} is no map`, placeOf())
  const { commands = {}, references = [], mutexes = {}, ...others } = plugin
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw invalid(
      `weir.plugin of ${name} has an unknown key '${unknown}'`,
      placeOf(unknown),
      unknown,
    )
  if (!isRecord(commands))
    throw invalid(`weir.plugin.commands of ${name} is no map`, placeOf('commands'))
  if (!isTexts(references))
    throw invalid(`weir.plugin.references of ${name} is no list of schemes`, placeOf('references'))
  if (!isSummaries(mutexes))
    throw invalid(`weir.plugin.mutexes of ${name} is no map of summaries`, placeOf('mutexes'))
  const described = Object.entries(commands).map(([command, about]) => [
    command,
    describedCommand(command, about, placeOf('commands', command)),
  ])
  return { name, commands: Object.fromEntries(described), references, mutexes, placeOf }
}

function describedCommand(name: string, about: unknown, place: Place): DescribedCommand {
  const { summary, stopsItself = false } = isRecord(about) ? about : {}
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw invalid(`'${name}' is no name of a command`, place)
  if (typeof summary !== 'string' || typeof stopsItself !== 'boolean')
    throw invalid(`the command '${name}' lacks a summary, or has a wrong key`, place)
  return { summary, stopsItself }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** True for a map from names to texts. */
function isSummaries(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && isTexts(Object.values(value))
}

function readManifest(root: string, path: string): Manifest {
  const file = projectPath(root, path)
  try {
    const text = readFileSync(path, 'utf8')
    const value: unknown = JSON.parse(text)
    return { file, text, weir: isRecord(value) ? value.weir : undefined }
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`
    const hint = 'it is a JSON file that npm can read'
    throw failure({ code: 'FILE_UNREADABLE', message, place: { file }, hint })
  }
}

/** The place of the last of some keys or texts, each looked for after the one before. */
function placeIn({ file, text }: Manifest, words: readonly string[]): Place {
  let at = 0
  for (const word of words) {
    const found = text.indexOf(JSON.stringify(word), at)
    if (found < 0) break
    at = found
  }
  return placeAt(file, text, at)
}

/** Where a package's package.json is, in the project or above it. */
function manifestPath(root: string, name: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name, MANIFEST)
    if (existsSync(path)) return path
    if (dirname(folder) === folder) return undefined
  }
}

function missing(message: string, place: Place): CommandFailure {
  const hint =
    'weir.plugins of package.json lists the plugins; npm ci installs what package-lock.json has, npm install adds a package'
  return failure({ code: 'PLUGIN_MISSING', message, place, hint })
}

/** The failure of a plugin that is not as a plugin must be. */
export function invalid(message: string, place: Place, key?: string): CommandFailure {
  const known = ['commands', 'references', 'mutexes']
  const near = key === undefined ? undefined : nearest(key, known)
  const hint = near === undefined ? FORM : `did you mean '${near}'?`
  return failure({ code: 'PLUGIN_INVALID', message, place, hint })
}

const FORM =
  'weir.plugin is {"commands": {NAME: {"summary"}}, "references": [SCHEME], "mutexes": {NAME: SUMMARY}}; ./plugin exports the same'

/** A failure of the configuration. */
export function failure(problem: ConstructorParameters<typeof CommandFailure>[0]): CommandFailure {
  return new CommandFailure(problem, EXIT.usage)
}
