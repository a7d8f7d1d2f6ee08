// Makes the program and the packages when the sources have changed, and keeps them where the next start finds them.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { bundle, SOURCES } from './bundle.js'
import { readJson, writeSynced } from './files.js'
import { CURRENT, isProgram } from './program.js'
import { publish, publishedStamps } from './publish.js'
import { createSources } from './sources.js'
import { removeUnused } from './unused.js'

/**
 * A program in its place, with the sources that it was made from.
 * @typedef {{ place: string, name: string, sources: import('./sources.js').Sources }} Made
 * @typedef {{ ok: true, folder: string } | { ok: false, message: string }} Built
 */

/** How often a build begins anew because a source changed meanwhile. */
const TRIES = 5

/**
 * The program of the sources as they are: one of earlier if their contents are the same, else a new one.
 * @param {string} home
 * @param {readonly string[]} places
 * @returns {Promise<Built>}
 */
export async function build(home, places) {
  for (let tries = 1; ; tries++) {
    const made = knownProgram(home, places) ?? (await newProgram(home, places))
    if (typeof made === 'string') return { ok: false, message: made }
    const { place, name, sources } = made
    const outcome = await publish(home, place, name, sources.stand)
    if (outcome === 'published') remember(home, made)
    // A program that was made from sources that go on changing is whole in itself, and is not noted as current.
    if (outcome !== 'changed' || tries === TRIES) return { ok: true, folder: join(place, name) }
  }
}

/**
 * One of earlier that was made from the very contents that the sources have.
 * @param {string} home
 * @param {readonly string[]} places
 * @returns {Made | undefined}
 */
function knownProgram(home, places) {
  const sources = createSources(home)
  for (const place of places) {
    const name = programs(place).find((name) => isMadeFrom(join(place, name), sources))
    if (name !== undefined) return { place, name, sources }
  }
  return undefined
}

/**
 * A new one, in the first place that takes it; a text where none does.
 * @param {string} home
 * @param {readonly string[]} places
 * @returns {Promise<Made | string>}
 */
async function newProgram(home, places) {
  const sources = createSources(home)
  const program = await bundle(home, sources)
  const failures = []
  for (const place of places)
    try {
      return { place, name: keep(home, place, program), sources }
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  return failures.join('; ')
}

/**
 * The programs in a place.
 * @param {string} place
 */
function programs(place) {
  return existsSync(place) ? readdirSync(place).filter(isProgram) : []
}

/**
 * True if the sources have the contents that a program was made from.
 * @param {string} folder
 * @param {Made['sources']} sources
 */
function isMadeFrom(folder, sources) {
  const made = readJson(join(folder, SOURCES))
  return (
    made !== undefined &&
    Object.entries(made).every(([file, digest]) => sources.read(file).digest === digest)
  )
}

/**
 * Writes a program aside and moves it into place whole; one that is there already stays.
 * @param {string} home
 * @param {string} place
 * @param {import('./bundle.js').Bundle} program
 */
function keep(home, place, { name, files }) {
  mkdirSync(place, { recursive: true })
  linkPackages(home, place)
  removeUnused(place)
  const aside = mkdtempSync(join(place, 'build-'))
  try {
    for (const file of files) {
      mkdirSync(dirname(join(aside, file.name)), { recursive: true })
      writeSynced(join(aside, file.name), file.contents)
    }
    if (!existsSync(join(place, name))) renameSync(aside, join(place, name))
  } catch (error) {
    // Another start may have been faster.
    if (!existsSync(join(place, name))) throw error
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  return name
}

/**
 * Away from the packages, the program finds them by a link.
 * @param {string} home
 * @param {string} place
 */
function linkPackages(home, place) {
  const [packages, link] = [join(home, 'node_modules'), join(place, 'node_modules')]
  if (place.startsWith(packages) || existsSync(link)) return
  rmSync(link, { force: true })
  try {
    symlinkSync(packages, link)
  } catch (error) {
    // Another start may have been faster.
    if (!existsSync(link)) throw error
  }
}

/**
 * Notes which program the sources make, unless one of them is so young that it may change under the same stamp. What
 * was published is noted too, so that a start sees when it is gone or broken.
 * @param {string} home
 * @param {Made} made
 */
function remember(home, { place, name, sources: { seen } }) {
  const files = Object.keys(readJson(join(place, name, SOURCES)) ?? {})
  if (!files.every((file) => seen.get(file)?.settled)) return
  const stamps = Object.fromEntries(files.map((file) => [file, seen.get(file)?.stamp]))
  const sources = { ...stamps, ...publishedStamps(home, join(place, name)) }
  writeCurrent(place, JSON.stringify({ program: name, sources }))
}

/**
 * @param {string} place
 * @param {string} text
 */
function writeCurrent(place, text) {
  try {
    const aside = mkdtempSync(join(place, 'build-'))
    writeSynced(join(aside, CURRENT), text)
    renameSync(join(aside, CURRENT), join(place, CURRENT))
    rmSync(aside, { recursive: true, force: true })
  } catch {
    // Where it cannot be noted, the next start compares contents again.
  }
}
