#!/usr/bin/env node
// Starts weir: the program of this package, or in a checkout the one that is made from the sources.
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// Node 22 and later keep compiled code; the types are those of 20.
Reflect.get(nodeModule, 'enableCompileCache')?.()
const { programFolder, programIn } = await import('./program.js')
const folder = await programFolder()
if (folder !== undefined) await start(folder)

/** @param {string} folder the program's */
async function start(folder) {
  // Source maps are there for NODE_OPTIONS=--enable-source-maps; reading them would cost every start a tenth.
  const load = (/** @type {string} */ name) => import(pathToFileURL(join(folder, name)).href)
  const [argv, program] = [process.argv.slice(2), programIn(folder)]
  const { tellIdleRun } = await load('front.mjs')
  if (await tellIdleRun(argv, program)) return
  const { main } = await load('main.mjs')
  process.exitCode = await main(argv, program)
}
