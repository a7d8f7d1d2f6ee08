#!/usr/bin/env node
// Starts weir: bundles the program once for each state of its sources, then runs the bundle.
// Loading a hundred TypeScript modules at each start would cost more than a run that has nothing to do.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const home = dirname(dirname(fileURLToPath(import.meta.url)))
const ROOMS = ['cli', 'runner', 'registry', 'serve', 'ml']
const ENTRIES = { main: 'cli/main.ts', 'cell-host': 'runner/run/cell-host.ts' }

/** The hash of every source that may be in the program, of what is installed, and of this file. */
function programHash() {
  const hash = createHash('sha256')
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(home, room), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(room, name)),
  )
  for (const file of ['bin/weir.js', 'package-lock.json', ...files.sort()])
    if (existsSync(join(home, file)))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(home, file)))
        .update('\0')
  return hash.digest('hex').slice(0, 32)
}

/** Bundles the program aside and moves it into place, so that two starts at once do no harm. */
async function build(folder) {
  const esbuild = await import('esbuild')
  const aside = `${folder}.${process.pid}`
  await esbuild.build({
    absWorkingDir: home,
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({ in: file, out })),
    outdir: aside,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'error',
  })
  removeOld(dirname(folder))
  try {
    renameSync(aside, folder)
  } catch (error) {
    // Another start was faster.
    if (!existsSync(folder)) throw error
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Removes programs of earlier sources; young ones may still run. */
function removeOld(parent) {
  const yesterday = Date.now() - 24 * 60 * 60 * 1000
  for (const name of readdirSync(parent)) {
    const path = join(parent, name)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats && stats.mtimeMs < yesterday) rmSync(path, { recursive: true, force: true })
  }
}

nodeModule.enableCompileCache?.()
const hash = programHash()
const folder = join(home, 'node_modules', '.cache', 'weir', hash)
if (!existsSync(folder)) {
  mkdirSync(dirname(folder), { recursive: true })
  await build(folder)
}
// Source maps are there for NODE_OPTIONS=--enable-source-maps; reading them would cost every start a tenth.
const { main } = await import(pathToFileURL(join(folder, 'main.mjs')).href)
process.exitCode = await main(process.argv.slice(2), {
  build: hash,
  cellHost: join(folder, 'cell-host.mjs'),
})
