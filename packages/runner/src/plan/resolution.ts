// What the resolution of imports depends on: paths where no file was found, and links. While these are unchanged, each
// import still means the same module.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { projectPath } from '@weir/base'
import type { Metafile } from 'esbuild'
import { manifestOf, packageName } from './packages.ts'

/** A path that was tried, and the file that it leads to; null where no file is. */
export type TriedPath = readonly [path: string, leadsTo: string | null]

/** In the order in which esbuild tries them. */
const EXTENSIONS = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json']
/** What a name that TypeScript writes may mean. */
const WRITTEN: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.jsx?$/, ['.ts', '.tsx']],
  [/\.mjs$/, ['.mts']],
  [/\.cjs$/, ['.cts']],
]
/** What decides how the modules below a folder are read. */
const SETTINGS = ['package.json', 'tsconfig.json']

/** The file that a path leads to, seen from the project; null where no file is. */
export function leadsTo(root: string, path: string): string | null {
  try {
    const absolute = join(root, path)
    if (!statSync(absolute).isFile()) return null
    return projectPath(realpathSync(root), realpathSync(absolute))
  } catch {
    return null
  }
}

/**
 * The paths that decided what the imports of packed code mean, the cell's own first: those that lead elsewhere or
 * nowhere.
 */
export function triedPaths(root: string, file: string, { inputs }: Metafile): TriedPath[] {
  const tried = new Map<string, string | null>()
  const note = (paths: readonly string[], found: string): void => {
    for (const path of paths) {
      const real = leadsTo(root, path)
      if (real !== path && (real !== null || !existsSync(join(root, path)))) tried.set(path, real)
      if (real === found) return
    }
  }
  // A package that links into the project: where the link leads decides whose code it is.
  const noteLink = (name: string): void => {
    const manifest = manifestOf(root, name)
    tried.set(manifest, leadsTo(root, manifest))
  }
  // A package installed beside a module shadows the project's.
  const noteNone = (manifest: string): void => {
    if (!tried.has(manifest)) tried.set(manifest, leadsTo(root, manifest))
  }
  note([file], leadsTo(root, file) ?? file)
  for (const [importer, { imports }] of Object.entries(inputs))
    for (const { path, original, external } of imports)
      if (external && !isBuiltin(path))
        for (const one of nestedIn(root, importer, path)) noteNone(one)
      else if (original !== undefined) {
        note(namesOf(importer, original, path), path)
        if (/^[^./#]/.test(original)) noteLink(packageName(original))
      }
  return [...tried]
}

/**
 * Where package managers would put a package for this module alone: beside the package.json of a folder that it is
 * in.
 */
function nestedIn(root: string, importer: string, name: string): string[] {
  const manifests: string[] = []
  for (
    let folder = dirname(importer);
    folder !== '.' && !folder.startsWith('..');
    folder = dirname(folder)
  )
    if (existsSync(join(root, folder, 'package.json')))
      manifests.push(join(folder, 'node_modules', packageName(name), 'package.json'))
  return manifests
}

/** The paths that an import may mean, in the order in which they are tried. */
function namesOf(importer: string, original: string, found: string): string[] {
  const isRelative = /^\.\.?(?:\/|$)/.test(original)
  // What an alias stands for is known by what was found.
  const name = isRelative ? join(dirname(importer), original) : found.replace(/\.\w+$/, '')
  const written = WRITTEN.flatMap(([form, instead]) =>
    form.test(name) ? instead.map((extension) => name.replace(form, extension)) : [],
  )
  const inFolder = EXTENSIONS.map((extension) => join(name, `index${extension}`))
  return [name, ...EXTENSIONS.map((extension) => name + extension), ...written, ...inFolder]
}

/** The files of settings in the folders that the modules are in, and in those above, up to the project's. */
export function settingsFiles({ inputs }: Metafile): string[] {
  const folders = new Set<string>()
  for (const path of Object.keys(inputs))
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder))
      if (!folder.startsWith('..')) folders.add(folder)
      else break
  return [...folders].flatMap((folder) => SETTINGS.map((name) => join(folder, name)))
}
