// Removes programs that nobody has used for a week, and what killed builds have left.
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isProgram, statsOf } from './program.js'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/**
 * Removes what is a week old in a place. What cannot be removed does not keep a build from its end: another one is
 * removing it just now, or it is another user's.
 * @param {string} place
 */
export function removeUnused(place) {
  // Only what builds make: the link to the packages stays, however old they are.
  for (const name of readdirSync(place).filter((name) => isProgram(name) || isLeft(name)))
    try {
      removeIfOlder(place, name, WEEK_MS)
    } catch {}
}

/**
 * True for a folder that a killed build has left.
 * @param {string} name
 */
function isLeft(name) {
  return name.startsWith('build-') || name.startsWith('gone-')
}

/**
 * @param {string} place
 * @param {string} name of a folder in it
 * @param {number} age since its last mark, in milliseconds
 */
export function removeIfOlder(place, name, age) {
  const path = join(place, name)
  if (!isOlder(path, age)) return
  // A start may have marked it right now: away from its name nobody begins to use it, so a second look is sure.
  const aside = mkdtempSync(join(place, 'gone-'))
  try {
    renameSync(path, join(aside, name))
    if (!isOlder(join(aside, name), age)) renameSync(join(aside, name), path)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/**
 * @param {string} path
 * @param {number} age
 */
function isOlder(path, age) {
  const stats = statsOf(path)
  return stats?.isDirectory() === true && stats.mtimeMs < Date.now() - age
}
