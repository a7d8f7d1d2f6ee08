// Puts the packages as they were made with a program into their dist folders, where cells, plugins and programs import
// them. One start at a time does so, and only while the sources are what it read: so the folders hold one state of the
// sources, and never an older one than before. Each file is written whole, and a door only after the parts that it
// imports, which are named by their content. Parts that are no longer used stay for a week: a process that has loaded a
// door may load a part of it late.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { DIST, PACKAGES } from './bundle.js'
import { readJson, writeSynced } from './files.js'
import { stampOf, statsOf } from './program.js'
import { removeIfOlder } from './unused.js'
import { workspaces } from './workspaces.js'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000
/** Held while files are put into place, which takes milliseconds: one as old as this was left by a killed build. */
const HELD = 'publishing'
const LEFT_MS = 10_000
const LOOK_MS = 20
/** By file, since when no program has it, in milliseconds; in the place. */
const STALE = 'stale.json'
/** What a build makes, unlike declarations of types. */
const SCRIPT = /\.js(\.map)?$/
/** The program of a package that is packed. */
export const PROGRAM = 'program/'

/**
 * Publishes the packages of a program, unless the sources have changed since. Where they cannot be written, which is
 * said, the program is used nevertheless.
 * @param {string} home
 * @param {string} place
 * @param {string} name the program's
 * @param {() => boolean} stand true while the sources are what they were
 * @returns {Promise<'published' | 'changed' | 'unwritable'>}
 */
export async function publish(home, place, name, stand) {
  const files = filesOf(home, join(place, name))
  if (files.every(isInPlace)) return stand() ? 'published' : 'changed'
  try {
    return await alone(place, () => {
      if (!stand()) return 'changed'
      for (const file of files.sort(partsFirst)) if (!isInPlace(file)) copyWhole(file)
      removeStale(home, place, new Set(files.map(({ to }) => to)))
      return 'published'
    })
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error)) throw error
    process.stderr.write(`warning: the packages of weir cannot be written: ${error.message}\n`)
    return 'unwritable'
  }
}

/**
 * The stamps of the scripts that stand in place, by path: a start sees by them that one is gone or was changed. Source
 * maps have none, since nothing breaks without them, and declarations of types neither, since no build makes them.
 * @param {string} home
 * @param {string} program its folder
 */
export function publishedStamps(home, program) {
  return Object.fromEntries(
    filesOf(home, program)
      .filter(({ to }) => to.endsWith('.js'))
      .map(({ to }) => [relative(home, to), stampOf(statsOf(to))]),
  )
}

/**
 * What is to be published: from where, to where.
 * @param {string} home
 * @param {string} program its folder
 */
export function filesOf(home, program) {
  return workspaces(home).flatMap((folder) => {
    const made = join(program, PACKAGES, folder)
    return readdirSync(made, { recursive: true, encoding: 'utf8' })
      .filter((name) => SCRIPT.test(name))
      .map((name) => ({ from: join(made, name), to: join(home, folder, DIST, name) }))
  })
}

/** @param {{ from: string, to: string }} file */
export function isInPlace({ from, to }) {
  return existsSync(to) && readFileSync(to).equals(readFileSync(from))
}

/**
 * @param {{ to: string }} a
 * @param {{ to: string }} b
 */
function partsFirst(a, b) {
  return Number(b.to.includes('/parts/')) - Number(a.to.includes('/parts/'))
}

/** @param {{ from: string, to: string }} file */
function copyWhole({ from, to }) {
  mkdirSync(dirname(to), { recursive: true })
  const aside = `${to}.${process.pid}.new`
  writeSynced(aside, readFileSync(from))
  renameSync(aside, to)
}

/**
 * Removes scripts that no program has had for a week, counted from the build that no longer had them.
 * @param {string} home
 * @param {string} place
 * @param {ReadonlySet<string>} used
 */
function removeStale(home, place, used) {
  const known = readJson(join(place, STALE))
  const now = Date.now()
  /** @type {Record<string, number>} */
  const stale = {}
  for (const path of scriptsIn(home)) {
    if (used.has(path)) continue
    const since = Number(known?.[path] ?? now)
    if (now - since > WEEK_MS) rmSync(path, { force: true })
    else stale[path] = since
  }
  writeFileSync(join(place, STALE), JSON.stringify(stale))
}

/** @param {string} home */
function scriptsIn(home) {
  return workspaces(home).flatMap((name) => {
    const folder = join(home, name, DIST)
    if (!existsSync(folder)) return []
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => SCRIPT.test(name) && !name.startsWith(PROGRAM))
      .map((name) => join(folder, name))
  })
}

/**
 * Does a work while no other start does it in this place.
 * @template Result
 * @param {string} place
 * @param {() => Result} work
 * @returns {Promise<Result>}
 */
async function alone(place, work) {
  const held = join(place, HELD)
  while (!isTaken(held)) {
    removeIfOlder(place, HELD, LEFT_MS)
    await setTimeout(LOOK_MS)
  }
  try {
    return work()
  } finally {
    rmSync(held, { recursive: true, force: true })
  }
}

/** @param {string} held */
function isTaken(held) {
  try {
    mkdirSync(held)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}
