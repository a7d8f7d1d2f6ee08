// The declarations of the packages' types, by TypeScript's own build of their tsconfig.json, where it is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DIST } from './bundle.js'
import { workspaces } from './workspaces.js'

/** How the files end that hold them. */
export const TYPES = '.d.ts'

/**
 * Emits them; undefined if TypeScript is not installed, else whether the sources have no errors, which are said.
 * @param {string} home
 * @returns {boolean | undefined}
 */
export function emitTypes(home) {
  const compiler = compilerOf(home)
  if (compiler === undefined) return undefined
  const folders = workspaces(home)
  for (const folder of folders) removeOrphans(join(home, folder))
  const { status } = spawnSync(process.execPath, [compiler, '--build', ...folders], {
    cwd: home,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return status === 0
}

/** @param {string} home */
function compilerOf(home) {
  try {
    const manifest = createRequire(join(home, 'package.json')).resolve('typescript/package.json')
    return join(dirname(manifest), 'bin', 'tsc')
  } catch {
    return undefined
  }
}

/**
 * Removes the types of modules that are gone.
 * @param {string} folder
 */
function removeOrphans(folder) {
  const dist = join(folder, DIST)
  if (!existsSync(dist)) return
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith(TYPES) && !existsSync(sourceOf(folder, name))) rmSync(join(dist, name))
}

/**
 * @param {string} folder
 * @param {string} name
 */
function sourceOf(folder, name) {
  return join(folder, 'src', `${name.slice(0, -TYPES.length)}.ts`)
}
