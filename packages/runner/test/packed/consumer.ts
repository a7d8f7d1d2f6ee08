// A folder outside the checkout, into which the tarballs of `@weir/runner` and of all that it depends on are installed.
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { workspaces } from '../../../../build/workspaces.js'

export const REPO = resolve(import.meta.dirname, '../../../..')
const TOOL = '@weir/runner'

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Packs the tool and the packages of this repository that it needs; gives the tarballs. */
export function packTool(folder: string): string[] {
  const names = withDependencies(TOOL, manifests())
  const where = names.flatMap((name) => ['--workspace', name])
  npm(REPO, ['pack', '--silent', ...where, '--pack-destination', folder])
  return readdirSync(folder).map((name) => join(folder, name))
}

/** The files of a tarball, relative to the package. */
export function filesOf(tarball: string): string[] {
  const list = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  return list
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
}

/** An empty folder with the tarballs installed, and what their user would have beside them. */
export function consumer(tarballs: readonly string[], beside: readonly string[]): string {
  const root = emptyFolder()
  write(root, { 'package.json': '{ "name": "consumer", "private": true, "type": "module" }\n' })
  npm(root, ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs, ...beside])
  return root
}

export function emptyFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'weir-packed-')))
}

/** Files by path. */
export function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** Runs npm; what it says of mistakes is shown. */
export function npm(cwd: string, args: readonly string[]): void {
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

function manifests(): Map<string, Manifest> {
  const all = workspaces(REPO).map(
    (folder) => JSON.parse(readFileSync(join(REPO, folder, 'package.json'), 'utf8')) as Manifest,
  )
  return new Map(all.map((manifest) => [manifest.name, manifest]))
}

function withDependencies(name: string, known: ReadonlyMap<string, Manifest>): string[] {
  const needed = Object.keys(known.get(name)?.dependencies ?? {}).filter((other) =>
    known.has(other),
  )
  return [...new Set([name, ...needed.flatMap((other) => withDependencies(other, known))])]
}
