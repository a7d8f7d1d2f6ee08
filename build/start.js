// In a checkout: finds the program that was bundled from the sources as they are, and makes it where there is none.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { currentProgram, keepInUse, placesOf } from './program.js'

/** The checkout. */
export const home = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * The folder of the program of the sources as they are, marked as in use; undefined if it can be kept nowhere, which
 * is said.
 * @returns {Promise<string | undefined>}
 */
export async function programFolder() {
  try {
    return await findFolder()
  } catch (error) {
    if (!(error instanceof Unkept)) throw error
    process.stderr.write(`error[${error.code}]: ${error.message}\n  help: ${error.hint}\n`)
    process.exitCode = 1
    return undefined
  }
}

/**
 * The same, for who tells it otherwise.
 * @returns {Promise<string>}
 * @throws Unkept
 */
export async function findFolder() {
  const places = placesOf(home, process.env)
  const folder = currentProgram(home, places) ?? (await makeProgram(places))
  keepInUse(folder)
  return folder
}

/** Raised where the program can be kept nowhere. */
class Unkept extends Error {
  code = 'FILE_UNWRITABLE'
  hint = 'set XDG_CACHE_HOME to a folder that you may write to'
}

/** @param {readonly string[]} places */
async function makeProgram(places) {
  const { build } = await import('./build.js')
  const built = await build(home, places)
  if (built.ok) return built.folder
  throw new Unkept(`weir cannot keep its program: ${built.message}`)
}
