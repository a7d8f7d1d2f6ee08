// Finds the program that goes with this package: its own, or in a checkout the one that is made from the sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const home = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * The program's folder; undefined if it can be kept nowhere, which is said and is the exit code of this process.
 * @returns {Promise<string | undefined>}
 */
export async function programFolder() {
  return isCheckout() ? (await checkout()).programFolder() : packed()
}

/**
 * The same, for programs that import the package.
 * @returns {Promise<string>}
 * @throws an Error whose code is FILE_UNWRITABLE, if it can be kept nowhere
 */
export async function findFolder() {
  return isCheckout() ? (await checkout()).findFolder() : packed()
}

/**
 * What the runner is told of its own program.
 * @param {string} folder
 */
export function programIn(folder) {
  return {
    build: basename(folder),
    version: JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version,
    cellHost: join(folder, 'cell-host.mjs'),
    fileThread: join(folder, 'file-thread.mjs'),
  }
}

function isCheckout() {
  return existsSync(join(home, 'src'))
}

function checkout() {
  return import(pathToFileURL(join(home, '../../build/start.js')).href)
}

/** The program of this package; its name tells the programs of two versions apart. */
function packed() {
  const place = join(home, 'dist', 'program')
  return readdirSync(place)
    .map((name) => join(place, name))
    .at(0)
}
