// Bundles the program when the sources have changed, and keeps it where the next start finds it.
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative } from 'node:path'
import { CURRENT, isProgram, stampOf, statsOf } from './program.js'
import { removeUnused } from './unused.js'

/**
 * A source as it was read; `settled` if a later change is sure to change its stamp too.
 * @typedef {{ stamp: string, digest: string, settled: boolean }} Source
 * @typedef {{ name: string, files: { name: string, contents: Uint8Array }[] }} Bundle
 * @typedef {{ ok: true, folder: string } | { ok: false, message: string }} Built
 */

const ENTRIES = {
  main: 'cli/main.ts',
  'cell-host': 'runner/run/cell-host.ts',
  'file-thread': 'runner/store/file-thread.ts',
}
/** What decides the program besides the modules that are bundled. */
const SETTINGS = [
  'bin/weir.js',
  'bin/program.js',
  'bin/build.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]
/** By content, the sources that a program was made from; in its folder. */
const SOURCES = 'sources.json'
/** Some file systems tell times in steps of two seconds. */
const SETTLED_MS = 2_000

/**
 * The program of the sources as they are: one of earlier if their contents are the same, else a new one.
 * @param {string} home
 * @param {readonly string[]} places
 * @returns {Promise<Built>}
 */
export async function build(home, places) {
  const sources = createSources(home)
  for (const place of places) {
    const known = programs(place).find((name) => isMadeFrom(join(place, name), sources))
    if (known !== undefined) return remember(place, known, sources)
  }
  const fresh = createSources(home)
  const program = await bundle(home, fresh)
  const failures = []
  for (const place of places) {
    try {
      return remember(place, keep(home, place, program), fresh)
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }
  return { ok: false, message: failures.join('; ') }
}

/**
 * Reads each source once and remembers what it saw.
 * @param {string} home
 */
function createSources(home) {
  /** @type {Map<string, Source>} */
  const seen = new Map()
  /** @param {string} file */
  const read = (file) => {
    const path = join(home, file)
    // Stats first: a source that changes between the two has another stamp at the next start.
    const stats = statsOf(path)
    const text = stats ? readFileSync(path, 'utf8') : ''
    const settled = (stats?.ctimeMs ?? 0) < Date.now() - SETTLED_MS
    const source = { stamp: stampOf(stats), digest: stats ? sha256(text) : 'absent', settled }
    seen.set(file, source)
    return { ...source, text }
  }
  return {
    seen,
    read,
    digest: (/** @type {string} */ file) => (seen.get(file) ?? read(file)).digest,
  }
}

/** @param {string} text */
function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
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
 * @param {ReturnType<typeof createSources>} sources
 */
function isMadeFrom(folder, sources) {
  const made = readJson(join(folder, SOURCES))
  return (
    made !== undefined &&
    Object.entries(made).every(([file, digest]) => sources.digest(file) === digest)
  )
}

/**
 * @param {string} path
 * @returns {Record<string, string> | undefined}
 */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Bundles the very texts that `sources` has read.
 * @param {string} home
 * @param {ReturnType<typeof createSources>} sources
 * @returns {Promise<Bundle>}
 */
async function bundle(home, sources) {
  const esbuild = await import('esbuild')
  for (const file of SETTINGS) sources.read(file)
  const { outputFiles } = await esbuild.build({
    absWorkingDir: home,
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({ in: file, out })),
    // As deep as where it will stand, for the source maps.
    outdir: 'node_modules/.cache/weir/program',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    write: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'sources',
        setup({ onLoad }) {
          onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => ({
            contents: sources.read(relative(home, path)).text,
            loader: 'default',
          }))
        },
      },
    ],
  })
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }))
  const made = JSON.stringify(
    Object.fromEntries([...sources.seen].map(([file, { digest }]) => [file, digest]).sort()),
  )
  return {
    name: sha256(made).slice(0, 32),
    files: [...files, { name: SOURCES, contents: Buffer.from(made) }],
  }
}

/**
 * Writes a program aside and moves it into place whole; one that is there already stays.
 * @param {string} home
 * @param {string} place
 * @param {Bundle} program
 */
function keep(home, place, { name, files }) {
  mkdirSync(place, { recursive: true })
  linkPackages(home, place)
  removeUnused(place)
  const aside = mkdtempSync(join(place, 'build-'))
  try {
    for (const file of files) writeSynced(join(aside, file.name), file.contents)
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
 * Writes through to the disk: after a power cut a program that has its name is whole.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
function writeSynced(path, contents) {
  const file = openSync(path, 'w')
  try {
    writeFileSync(file, contents)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Notes which program the sources make, unless one of them is so young that it may change under the same stamp.
 * @param {string} place
 * @param {string} program
 * @param {ReturnType<typeof createSources>} sources
 * @returns {Built}
 */
function remember(place, program, { seen }) {
  const files = Object.keys(readJson(join(place, program, SOURCES)) ?? {})
  if (files.every((file) => seen.get(file)?.settled)) {
    const stamps = Object.fromEntries(files.map((file) => [file, seen.get(file)?.stamp]))
    writeCurrent(place, JSON.stringify({ program, sources: stamps }))
  }
  return { ok: true, folder: join(place, program) }
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
