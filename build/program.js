// The bundled programs on disk: which one is current, and how one that is in use is kept.
// A place holds a folder for each program, named by its digest, and current.json, which says what the newest was made from.
import { createHash } from 'node:crypto'
import { readFileSync, statSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The program of the sources as they were, with the stamp of each source.
 * @typedef {{ program: string, sources: Record<string, string> }} Current
 */

export const CURRENT = 'current.json'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * The folders where programs may be, best first: beside the packages, or in the user's cache where that is read-only.
 * @param {string} home
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string[]}
 */
export function placesOf(home, env) {
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const name = createHash('sha256').update(home).digest('hex').slice(0, 32)
  return [join(home, 'node_modules', '.cache', 'weir'), join(cache, 'weir', name)]
}

/**
 * True for the name of a program's folder.
 * @param {string} name
 */
export function isProgram(name) {
  return /^[0-9a-f]{32}$/.test(name)
}

/**
 * What changes whenever a file's content does, without reading it.
 * @param {import('node:fs').Stats | undefined} stats
 */
export function stampOf(stats) {
  return stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : 'absent'
}

/** @param {string} path */
export function statsOf(path) {
  return statSync(path, { throwIfNoEntry: false })
}

/**
 * The folder of the program that was made from the sources as they are; undefined if that is not known.
 * @param {string} home
 * @param {readonly string[]} places
 * @returns {string | undefined}
 */
export function currentProgram(home, places) {
  for (const place of places) {
    const current = readCurrent(place)
    if (!current) continue
    const same = Object.entries(current.sources).every(
      ([file, stamp]) => stampOf(statsOf(join(home, file))) === stamp,
    )
    const folder = join(place, current.program)
    if (same && statsOf(folder)) return folder
  }
  return undefined
}

/**
 * @param {string} place
 * @returns {Current | undefined}
 */
function readCurrent(place) {
  try {
    const current = JSON.parse(readFileSync(join(place, CURRENT), 'utf8'))
    return typeof current?.program === 'string' ? current : undefined
  } catch {
    return undefined
  }
}

/**
 * Marks a program as in use, by the time of its folder: now, and each minute while this process lives. Programs are
 * removed a week after their last mark. Unlike a process id, a mark also counts from another container or host.
 * @param {string} folder
 */
export function keepInUse(folder) {
  if (Date.now() - (statsOf(folder)?.mtimeMs ?? 0) > HOUR_MS) mark(folder)
  setInterval(() => mark(folder), MINUTE_MS).unref()
}

/** @param {string} folder */
function mark(folder) {
  try {
    const now = new Date()
    utimesSync(folder, now, now)
  } catch {
    // Where we may not write the mark, the folder is another user's, or read-only.
  }
}
