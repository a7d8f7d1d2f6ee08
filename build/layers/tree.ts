// The files that are checked, the packages that they belong to, and where their imports lead.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { type Import, readSource, type Source } from './source.ts'

/** Texts by path, relative to the root of the repository: sources, and the package.json of each package. */
export type Files = ReadonlyMap<string, string>

/** A package of the repository; the root is one too. */
export interface Package {
  readonly name: string
  /** Its folder; empty for the root. */
  readonly folder: string
  /** File by door: `@weir/base/files`. */
  readonly doors: ReadonlyMap<string, string>
  /** Every package that it declares. */
  readonly dependencies: ReadonlySet<string>
}

/** What an import leads to. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'door'
      readonly package: Package
      readonly door: string
      readonly path?: string
    }
  | { readonly kind: 'node' }
  | { readonly kind: 'other'; readonly name: string }

export interface CheckedFile {
  readonly path: string
  readonly package: Package
  readonly source: Source
}

export interface Tree {
  readonly files: readonly CheckedFile[]
  readonly packages: readonly Package[]
  target(from: CheckedFile, of: Import): Target
}

const ROOMS_OF_ROOT = ['stages', 'test', 'bench', 'build']

/** Reads what is checked from a checkout: the code of all packages and of the project at the root. */
export function readFiles(root: string): Files {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
  const folders = [...packages, 'serve'].flatMap((name) => [`${name}/src`, `${name}/test`])
  const sources = [...folders, ...ROOMS_OF_ROOT].flatMap((folder) => list(root, folder))
  const manifests = ['', ...packages, 'serve'].map((folder) => join(folder, 'package.json'))
  return new Map(
    [...manifests, ...sources].map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
}

function list(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ts|js)$/.test(name))
    .map((name) => `${folder}/${name}`)
}

/** Takes the files apart. */
export function readTree(files: Files, read: typeof readSource = readSource): Tree {
  const packages = [...files.keys()]
    .filter((path) => /(?:^|\/)package\.json$/.test(path))
    .map((path) => readPackage(path, files.get(path) as string))
    .sort((a, b) => b.folder.length - a.folder.length)
  return {
    packages,
    files: [...files]
      .filter(([path]) => !path.endsWith('.json'))
      .map(([path, text]) => ({
        path,
        package: packageOf(path, packages),
        source: read(path, text),
      })),
    target: (from, of) => targetOf(from, of.module, packages),
  }
}

function readPackage(path: string, text: string): Package {
  const { name, exports = {}, ...rest } = JSON.parse(text) as Manifest
  const folder = path === 'package.json' ? '' : dirname(path)
  const doors = Object.entries(exports).map(
    ([door, { '@weir/source': source }]) => [join(name, door), join(folder, source)] as const,
  )
  const {
    dependencies = {},
    devDependencies = {},
    peerDependencies = {},
    optionalDependencies = {},
  } = rest
  const declared = [dependencies, devDependencies, peerDependencies, optionalDependencies]
  return {
    name,
    folder,
    doors: new Map(doors),
    dependencies: new Set(declared.flatMap((map) => Object.keys(map))),
  }
}

/** What is read of a package.json. */
interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, { readonly '@weir/source': string }>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The package that a file belongs to. */
export function packageOf(path: string, packages: readonly Package[]): Package {
  const found = packages.find(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
  if (!found) throw new Error(`${path} belongs to no package`)
  return found
}

function targetOf({ path }: CheckedFile, module: string, packages: readonly Package[]): Target {
  if (module.startsWith('.')) return { kind: 'file', path: normalize(join(dirname(path), module)) }
  if (module.startsWith('node:')) return { kind: 'node' }
  const parts = module.split('/')
  const name = parts.slice(0, module.startsWith('@') ? 2 : 1).join('/')
  const own = packages.find((one) => one.name === name)
  if (!own) return { kind: 'other', name }
  const target = own.doors.get(module)
  return { kind: 'door', package: own, door: module, ...(target !== undefined && { path: target }) }
}
