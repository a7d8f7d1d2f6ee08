// Reads and writes of a build: a file that has its name is whole.
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * What a file of JSON holds; undefined where there is none or it is cut.
 * @param {string} path
 * @returns {Record<string, unknown> | undefined}
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Writes through to the disk: after a power cut what was renamed later is whole.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
export function writeSynced(path, contents) {
  const file = openSync(path, 'w')
  try {
    writeFileSync(file, contents)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
