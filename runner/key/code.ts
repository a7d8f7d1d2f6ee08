// Semantic code: a cell bundled with what it imports inside the project, tree-shaken and minified, and hashed.
// An edited helper changes exactly the cells that use it; a comment, a type, white space or an unused function none.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import type { BuildFailure, Metafile } from 'esbuild'
import { byCodeUnit, projectPath } from '../config/paths.ts'
import type { Problem } from '../problem.ts'
import { type Digest, sha256 } from '../store/digest.ts'
import type { FileHasher } from '../store/hash-files.ts'
import type { Memo } from '../store/memo.ts'
import { writeState } from '../store/write.ts'
import type { Modules } from './reason.ts'

/** What a cell's code amounts to. */
export interface CellCode {
  readonly code: Digest
  readonly esbuild: string
  readonly packages: Readonly<Record<string, string>>
  readonly modules: Modules
  /** The bundle that runs: what was hashed is what is executed. Relative to the project. */
  readonly bundle: string
  /** JSON Schema of the cell's params, if it exports one as `params`. */
  readonly paramsSchema?: Readonly<Record<string, unknown>>
  /** The text of the leading doc comment. */
  readonly prose: string
}

export type CellOutcome =
  | { readonly ok: true; readonly cell: CellCode }
  | { readonly ok: false; readonly problem: Problem }

/** Finds the code of cells. */
export interface CodeReader {
  read(file: string): Promise<CellOutcome>
  /** The prose of a cell that was read before; empty otherwise. */
  prose(file: string): string
}

interface Remembered {
  /** Every file that the bundle was made from and the bundle itself, with its content's hash; null: absent. */
  readonly inputs: Readonly<Record<string, Digest | null>>
  readonly cell: CellCode
}

/** Files that decide how a bundle is made, besides the modules themselves. */
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json']
const CELLS = '.weir/cells'

/** A reader that remembers bundles by the content of what they were made from. */
export function createCodeReader(root: string, memo: Memo, hasher: FileHasher): CodeReader {
  const remembered = memo.read<Record<string, Remembered>>('code') ?? {}
  const version = esbuildVersion()
  const hashOf = (path: string): Digest | null => hasher.content(join(root, path))?.sha256 ?? null
  const isCurrent = ({ inputs, cell }: Remembered): boolean =>
    cell.esbuild === version &&
    Object.entries(inputs).every(([path, hash]) => hashOf(path) === hash)
  return {
    prose: (file) => remembered[file]?.cell.prose ?? '',
    async read(file) {
      const known = remembered[file]
      if (known && isCurrent(known)) return { ok: true, cell: known.cell }
      const bundled = await bundle(root, file, version)
      if (!bundled.ok) return bundled
      const manifests = Object.keys(bundled.cell.packages).map((name) => manifestOf(root, name))
      const files = [...bundled.inputs, ...manifests, ...SETTINGS, bundled.cell.bundle]
      const inputs = Object.fromEntries(files.map((path) => [path, hashOf(path)]))
      remembered[file] = { inputs, cell: bundled.cell }
      memo.write('code', remembered)
      return bundled
    },
  }
}

function esbuildVersion(): string {
  const path = createRequire(import.meta.url).resolve('esbuild/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

type Bundled =
  | { readonly ok: true; readonly cell: CellCode; readonly inputs: readonly string[] }
  | { readonly ok: false; readonly problem: Problem }

async function bundle(root: string, file: string, version: string): Promise<Bundled> {
  const esbuild = await import('esbuild')
  try {
    const result = await esbuild.build({
      ...SHAPE,
      absWorkingDir: root,
      entryPoints: [`./${file}`],
      outfile: join(root, CELLS, 'cell.mjs'),
      sourcemap: 'linked',
      metafile: true,
    })
    const [map, script] = result.outputFiles
    const text = stripMapLink(script?.text ?? '')
    const minified = await esbuild.transform(text, MINIFY)
    const code = sha256(minified.code)
    // Two cells may have one meaning and different texts, of which each has its own map.
    const name = sha256(text).slice(0, 32)
    const path = `${CELLS}/${name}.mjs`
    writeState(join(root, `${path}.map`), map?.text ?? '')
    writeState(join(root, path), `${text}//# sourceMappingURL=${name}.mjs.map\n`)
    const packages = packageVersions(root, result.metafile)
    const modules = await moduleHashes(text, (part) => esbuild.transform(part, MINIFY))
    const paramsSchema = await readSchema(root, file, code)
    const prose = leadingComment(readFileSync(join(root, file), 'utf8'))
    const cell = {
      code,
      esbuild: version,
      packages,
      modules,
      bundle: path,
      prose,
      ...(paramsSchema && { paramsSchema }),
    }
    return { ok: true, cell, inputs: Object.keys(result.metafile.inputs) }
  } catch (error) {
    return { ok: false, problem: buildProblem(file, error) }
  }
}

const SHAPE = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  treeShaking: true,
  minifySyntax: true,
  legalComments: 'none',
  write: false,
  logLevel: 'silent',
} as const

/** Names stay: a shorter name chosen by how often others are used would change with unused code. */
const MINIFY = {
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'esm',
  target: 'node20',
  legalComments: 'none',
} as const

function stripMapLink(text: string): string {
  return text.replace(/\/\/# sourceMappingURL=.*\s*$/, '')
}

/** The version in the lockfile of each package that the bundle imports, else the installed one. */
function packageVersions(root: string, metafile: Metafile): Record<string, string> {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const names = imports
    .filter((entry) => entry.external && !isBuiltin(entry.path))
    .map((entry) => packageName(entry.path))
  const locked = lockedVersions(root)
  const sorted = [...new Set(names)].sort(byCodeUnit)
  return Object.fromEntries(
    sorted.map((name) => [name, locked(name) ?? installedVersion(root, name)]),
  )
}

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function lockedVersions(root: string): (name: string) => string | undefined {
  try {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages?: Record<string, { version?: string }>
    }
    return (name) => lock.packages?.[`node_modules/${name}`]?.version
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
function manifestOf(root: string, name: string): string {
  const path = join('node_modules', name, 'package.json')
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return projectPath(root, join(folder, path))
    if (dirname(folder) === folder) return projectPath(root, join(root, path))
  }
}

/** Splits the bundle at esbuild's `// path` lines, and hashes what each module contributes to it. */
async function moduleHashes(
  text: string,
  minify: (part: string) => Promise<{ code: string }>,
): Promise<Record<string, string>> {
  const parts = text.split(/^\/\/ (\S.*)$/m)
  const hashes: Record<string, string> = {}
  for (let index = 1; index < parts.length; index += 2) {
    const [name, body] = [parts[index] ?? '', parts[index + 1] ?? '']
    const minified = await minify(body).catch(() => ({ code: body }))
    hashes[name] = sha256(minified.code).slice(0, 16)
  }
  return hashes
}

/** The schema that a cell exports as `params`, read from a bundle of just that; nothing else of it is executed. */
async function readSchema(
  root: string,
  file: string,
  code: Digest,
): Promise<Record<string, unknown> | undefined> {
  const esbuild = await import('esbuild')
  const result = await esbuild.build({
    ...SHAPE,
    absWorkingDir: root,
    stdin: {
      contents: `import * as cell from ${JSON.stringify(`./${file}`)}\nexport const params = cell.params`,
      resolveDir: root,
    },
    plugins: [withoutUnusedPackages],
  })
  const path = join(root, CELLS, `${code}.params.mjs`)
  writeState(path, result.outputFiles[0]?.text ?? '')
  const module = (await import(path)) as { params?: Record<string, unknown> }
  return module.params && JSON.parse(JSON.stringify(module.params))
}

/** Imports of packages whose names are not used are dropped, so that a schema loads without the libraries of its cell. */
const withoutUnusedPackages = {
  name: 'without-unused-packages',
  setup(build: import('esbuild').PluginBuild): void {
    build.onResolve({ filter: /^[^./]/ }, (args) => ({
      path: args.path,
      external: true,
      sideEffects: false,
    }))
  },
}

/** The text of a file's leading doc comment, without its stars. */
export function leadingComment(source: string): string {
  const [, comment = ''] = /^\s*(?:\/\/[^\n]*\n\s*)*\/\*\*([\s\S]*?)\*\//.exec(source) ?? []
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
}

function buildProblem(file: string, error: unknown): Problem {
  const first = (error as Partial<BuildFailure>).errors?.[0]
  if (!first && (error as NodeJS.ErrnoException).errno !== undefined) throw error
  if (!first) return { code: 'CODE_BROKEN', message: `${file}: ${String(error)}`, place: { file } }
  const { location } = first
  return {
    code: 'CODE_BROKEN',
    message: first.text,
    place: location
      ? {
          file: location.file,
          line: location.line,
          col: location.column + 1,
          excerpt: location.lineText,
        }
      : { file },
    hint: 'mend the module; nothing was run',
  }
}
