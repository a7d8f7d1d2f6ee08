// Which packages packed code imports, and in which state: version and integrity of the lockfile, else the installed version.
import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { byCodeUnit, projectPath } from '@weir/base/paths'
import type { Metafile } from 'esbuild'

/** The tool itself, as cells import it. */
export const TOOL = '@weir/runner'
/** What `@weir/runner` promises to cells. Raised when a cell could come to something else with a newer tool. */
const DOOR = 'door 2'

/**
 * The state of each package that packed code imports: `VERSION INTEGRITY` of the lockfile, else the installed version.
 * The tool is known by the number of its contract with cells.
 */
export function packageVersions(root: string, metafile: Metafile): Record<string, string> {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const names = imports
    .filter((entry) => entry.external && !isBuiltin(entry.path))
    .map((entry) => packageName(entry.path))
  const locked = lockedVersions(root)
  const sorted = [...new Set(names)].sort(byCodeUnit)
  return Object.fromEntries(
    sorted.map((name) => [
      name,
      name === TOOL ? DOOR : (locked(name) ?? installedVersion(root, name)),
    ]),
  )
}

/** The package that a specifier names. */
export function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function lockedVersions(root: string): (name: string) => string | undefined {
  try {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages?: Record<string, { version?: string; integrity?: string }>
    }
    return (name) => {
      const { version, integrity } = lock.packages?.[`node_modules/${name}`] ?? {}
      return version === undefined || integrity === undefined ? version : `${version} ${integrity}`
    }
  } catch {
    return () => undefined
  }
}

function installedVersion(root: string, name: string): string {
  try {
    const text = readFileSync(join(root, manifestOf(root, name)), 'utf8')
    return (JSON.parse(text) as { version: string }).version
  } catch {
    return 'not installed'
  }
}

/** Where a package's package.json is, in the project or above it, seen from the project. */
export function manifestOf(root: string, name: string): string {
  const path = join('node_modules', name, 'package.json')
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return projectPath(root, join(folder, path))
    if (dirname(folder) === folder) return projectPath(root, join(root, path))
  }
}
