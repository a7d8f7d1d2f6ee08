#!/usr/bin/env node
// Starts weir: the program of this package, or in a checkout the one that is made from the sources.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// Node 22 and later keep compiled code; the types are those of 20.
Reflect.get(nodeModule, 'enableCompileCache')?.()
const home = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = existsSync(join(home, 'src'))
  ? await madeFromSources()
  : join(home, 'dist', 'program')
if (folder !== undefined) await start(folder)

/** @returns {Promise<string | undefined>} */
async function madeFromSources() {
  const checkout = pathToFileURL(join(home, '../../build/start.js')).href
  return (await import(checkout)).programFolder()
}

/** @param {string} folder the program's */
async function start(folder) {
  // Source maps are there for NODE_OPTIONS=--enable-source-maps; reading them would cost every start a tenth.
  const { main } = await import(pathToFileURL(join(folder, 'main.mjs')).href)
  process.exitCode = await main(process.argv.slice(2), {
    build: basename(folder),
    cellHost: join(folder, 'cell-host.mjs'),
    fileThread: join(folder, 'file-thread.mjs'),
  })
}
