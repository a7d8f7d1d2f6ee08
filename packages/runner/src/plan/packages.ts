// Which packages packed code imports, and in which state: by the lockfile, by what is installed, or by
// the files of a folder that a package links to.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { byCodeUnit, type Digest, projectPath } from '@weir/base'
import type { Metafile } from 'esbuild'

/** The tool itself, as cells import it. */
export const TOOL = '@weir/runner'
/**
 * What `@weir/runner` promises to cells. Raised when a cell could come to something else with a newer tool.
 * test/packages/door.test.ts asks for it when the types of the door change.
 */
const DOOR = 'door 2'

/** The digest of the files of a folder that a package links to; undefined where it is not known yet. */
export type LinkDigests = (folder: string) => Digest | null | undefined

/**
 * The state of each package that packed code imports: `VERSION INTEGRITY` of the lockfile, its version and where it comes
 * from, or the installed version; of a package that links to a folder elsewhere, its version and the digest of its files.
 * The tool is known by the number of its contract with cells.
 */
export function packageStates(
  root: string,
  metafile: Metafile,
  digests: LinkDigests,
): Record<string, string> {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const names = imports
    .filter((entry) => entry.external && !isBuiltin(entry.path))
    .map((entry) => packageName(entry.path))
  const locked = lockedStates(root)
  const stateOf = (name: string): string => {
    if (name === TOOL) return DOOR
    const link = linkedFolder(root, name)
    if (link === undefined) return locked(name) ?? installedVersion(root, name)
    return `${installedVersion(root, name)} ${digests(link)}`
  }
  const sorted = [...new Set(names)].sort(byCodeUnit)
  return Object.fromEntries(sorted.map((name) => [name, stateOf(name)]))
}

/** The package that a specifier names. */
export function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  /** Where it comes from: for a git repository, with the commit. */
  readonly resolved?: string
}

function lockedStates(root: string): (name: string) => string | undefined {
  try {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages?: Record<string, LockedPackage>
    }
    return (name) => {
      const { version, integrity, resolved } = lock.packages?.[`node_modules/${name}`] ?? {}
      const exact = integrity ?? resolved
      return version === undefined || exact === undefined ? version : `${version} ${exact}`
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

/** The folder that a package links to, seen from the project; undefined for one that is installed. */
export function linkedFolder(root: string, name: string): string | undefined {
  const manifest = join(root, manifestOf(root, name))
  if (!existsSync(manifest)) return undefined
  const folder = realpathSync(dirname(manifest))
  const isInstalled = folder.endsWith(join(sep, 'node_modules', name))
  return isInstalled ? undefined : projectPath(realpathSync(root), folder)
}
