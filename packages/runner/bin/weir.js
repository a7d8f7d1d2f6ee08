#!/usr/bin/env node
// Starts weir: finds the program that was bundled from the sources as they are, and runs it.
// Loading a hundred TypeScript modules at each start would cost more than a run that has nothing to do.
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { currentProgram, keepInUse, placesOf } from './program.js'

// Node 22 and later keep compiled code; the types are those of 20.
Reflect.get(nodeModule, 'enableCompileCache')?.()
const home = dirname(dirname(fileURLToPath(import.meta.url)))
const places = placesOf(home, process.env)
const folder = currentProgram(home, places) ?? (await makeProgram())
if (folder !== undefined) await start(folder)

/**
 * Bundles the program; undefined if it can be kept nowhere, which is said.
 * @returns {Promise<string | undefined>}
 */
async function makeProgram() {
  const { build } = await import('./build.js')
  const built = await build(home, places)
  if (built.ok) return built.folder
  process.stderr.write(`error[FILE_UNWRITABLE]: weir cannot keep its program: ${built.message}\n`)
  process.stderr.write('  help: set XDG_CACHE_HOME to a folder that you may write to\n')
  process.exitCode = 1
  return undefined
}

/** @param {string} folder the program's */
async function start(folder) {
  keepInUse(folder)
  // Source maps are there for NODE_OPTIONS=--enable-source-maps; reading them would cost every start a tenth.
  const { main } = await import(pathToFileURL(join(folder, 'main.mjs')).href)
  process.exitCode = await main(process.argv.slice(2), {
    build: folder.slice(-32),
    cellHost: join(folder, 'cell-host.mjs'),
    fileThread: join(folder, 'file-thread.mjs'),
  })
}
