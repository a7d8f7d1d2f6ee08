#!/usr/bin/env node
// Starts weir: the program of this package, or in a checkout the one that is made from the sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// Node 22 and later keep compiled code; the types are those of 20.
Reflect.get(nodeModule, 'enableCompileCache')?.()
const home = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = existsSync(join(home, 'src')) ? await madeFromSources() : packed()
if (folder !== undefined) await start(folder)

/** @returns {Promise<string | undefined>} */
async function madeFromSources() {
  const checkout = pathToFileURL(join(home, '../../build/start.js')).href
  return (await import(checkout)).programFolder()
}

/** The program of this package; its name tells the programs of two versions apart. */
function packed() {
  const place = join(home, 'dist', 'program')
  return readdirSync(place)
    .map((name) => join(place, name))
    .at(0)
}

/** @param {string} folder the program's */
async function start(folder) {
  // Source maps are there for NODE_OPTIONS=--enable-source-maps; reading them would cost every start a tenth.
  const load = (/** @type {string} */ name) => import(pathToFileURL(join(folder, name)).href)
  const argv = process.argv.slice(2)
  const program = {
    build: basename(folder),
    version: JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version,
    cellHost: join(folder, 'cell-host.mjs'),
    fileThread: join(folder, 'file-thread.mjs'),
  }
  const { tellIdleRun } = await load('front.mjs')
  if (await tellIdleRun(argv, program)) return
  const { main } = await load('main.mjs')
  process.exitCode = await main(argv, program)
}
