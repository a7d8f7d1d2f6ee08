// Imports that cannot be resolved: their messages, with the nearest existing name.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { nearest } from '@weir/base'
import type { Message, Metafile, PartialMessage } from 'esbuild'
import { manifestOf, packageName, TOOL } from './packages.ts'

/** What npm takes as the name of a package. */
const PACKAGE = /^(?:@[a-z0-9][\w.~-]*\/)?[a-z0-9][\w.~-]*$/
const BROKEN = 'CODE_BROKEN'

/** What stands beside a message about an import. */
interface Detail {
  readonly code: string
  readonly hint: string
  readonly specifier: string
}

/**
 * Says that the package of an import is not installed, where it is not. It is a warning, since only code that keeps the
 * import fails by it.
 */
export function missingPackage(
  root: string,
  specifier: string,
  importer: string,
): PartialMessage[] {
  const name = packageName(specifier)
  if (existsSync(join(root, manifestOf(root, name)))) return []
  const detail: Detail = { code: BROKEN, hint: packageHint(root, specifier, importer), specifier }
  return [{ text: `'${name}' is not installed`, detail }]
}

/** What is said of an import of Node's own that Node does not have. */
export function missingBuiltin(specifier: string): PartialMessage {
  const near = nearest(specifier, prefixed())
  const hint = near ? `did you mean '${near}'?` : 'see the modules of this version of Node'
  const detail: Detail = { code: BROKEN, hint, specifier }
  return { text: `Node ${process.versions.node} has no module '${specifier}'`, detail }
}

/** The first of the warnings about packages whose import packed code has kept, so that it cannot be loaded. */
export function keptMissing(warnings: readonly Message[], metafile: Metafile): Message | undefined {
  const kept = new Set(
    Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path),
    ),
  )
  return warnings.find(({ detail }) => {
    const { specifier } = (detail as Partial<Detail> | undefined) ?? {}
    return specifier !== undefined && kept.has(specifier)
  })
}

function packageHint(root: string, specifier: string, importer: string): string {
  if (existsSync(join(dirname(importer), specifier))) return `did you mean './${specifier}'?`
  const name = packageName(specifier)
  const declared = declaredPackages(root)
  if (declared.includes(name)) return 'package.json has it: npm install'
  if (!PACKAGE.test(name))
    return "no package has such a name: a file is imported by a path that begins with './' or '../'"
  const near = nearest(name, [TOOL, ...declared, ...installedPackages(root), ...builtinModules])
  return near === undefined
    ? `install it: npm i ${name}`
    : `did you mean '${near}'? If not, install it: npm i ${name}`
}

function declaredPackages(root: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object
    const { dependencies, devDependencies, optionalDependencies } = manifest as Record<
      string,
      object | undefined
    >
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  } catch {
    return []
  }
}

function installedPackages(root: string): string[] {
  const folder = join(root, 'node_modules')
  return namesIn(folder).flatMap((name) =>
    name.startsWith('@') ? namesIn(join(folder, name)).map((inner) => `${name}/${inner}`) : name,
  )
}

function prefixed(): string[] {
  return builtinModules.map((name) => (name.startsWith('node:') ? name : `node:${name}`))
}

/** What to do about a relative import of a file that is not there. */
export function fileHint(root: string, importer: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined
  const target = join(root, dirname(importer), specifier)
  if (!existsSync(dirname(target)))
    return `there is no folder '${join(dirname(importer), dirname(specifier))}'`
  const names = namesIn(dirname(target))
  const bare = new Map(names.map((name) => [name.replace(/\.[cm]?[jt]sx?$/, ''), name]))
  const nearBare = nearest(basename(target), bare.keys())
  const near =
    nearest(basename(target), names) ?? (nearBare === undefined ? undefined : bare.get(nearBare))
  return near === undefined
    ? undefined
    : `did you mean '${specifier.slice(0, -basename(specifier).length)}${near}'?`
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []
}
