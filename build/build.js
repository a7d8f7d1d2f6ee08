// Bundles the program and the packages when the sources have changed, and keeps them where the next start finds them.
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
import { dirname, join, relative } from 'node:path'
import { CURRENT, isProgram, stampOf, statsOf } from './program.js'
import { removeUnused } from './unused.js'
import { doorsOf, workspaces } from './workspaces.js'

/**
 * A source as it was read; `settled` if a later change is sure to change its stamp too.
 * @typedef {{ stamp: string, digest: string, settled: boolean }} Source
 * @typedef {{ name: string, files: { name: string, contents: Uint8Array }[] }} Bundle
 * @typedef {{ ok: true, folder: string } | { ok: false, message: string }} Built
 */

/** The program of the tool. */
const ENTRIES = {
  main: 'packages/runner/src/commands/main.ts',
  'cell-host': 'packages/runner/src/execute/cell-host.ts',
  'file-thread': 'packages/runner/src/store/file-thread.ts',
}
/** What decides the program besides the modules that are bundled. */
const SETTINGS = [
  'build/build.js',
  'build/program.js',
  'build/workspaces.js',
  'packages/runner/bin/weir.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]
/** The packages as they were made with the program; in its folder. */
const PACKAGES = 'packages'
/** The folder of a package that its doors lead into. */
const DIST = 'dist'
/** @type {import('esbuild').BuildOptions & { write: false }} */
const SHAPE = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  write: false,
  logLevel: 'error',
}
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
    if (known !== undefined) return remember(home, place, known, sources)
  }
  const fresh = createSources(home)
  const program = await bundle(home, fresh)
  const failures = []
  for (const place of places) {
    try {
      return remember(home, place, keep(home, place, program), fresh)
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
 * Bundles the very texts that `sources` has read: the tool's program, and each package.
 * @param {string} home
 * @param {ReturnType<typeof createSources>} sources
 * @returns {Promise<Bundle>}
 */
async function bundle(home, sources) {
  const esbuild = await import('esbuild')
  for (const file of SETTINGS) sources.read(file)
  /** @type {import('esbuild').Plugin} */
  const reading = {
    name: 'sources',
    setup({ onLoad }) {
      onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => ({
        contents: sources.read(relative(home, path)).text,
        loader: 'default',
      }))
    },
  }
  // As deep as where it will stand, for the source maps.
  const outdir = join(home, 'node_modules/.cache/weir/program')
  const program = await esbuild.build({
    ...SHAPE,
    absWorkingDir: home,
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({ in: file, out })),
    outdir,
    outExtension: { '.js': '.mjs' },
    plugins: [reading, floorInside(home, sources)],
  })
  const files = filesOf(program.outputFiles, outdir, '')
  for (const folder of workspaces(home)) {
    const manifest = sources.read(`${folder}/package.json`).text
    const outdir = join(home, folder, DIST)
    const { outputFiles } = await esbuild.build({
      ...SHAPE,
      absWorkingDir: join(home, folder),
      entryPoints: doorsOf(manifest).map(({ out, file }) => ({ in: file, out })),
      chunkNames: 'parts/[name]-[hash]',
      outdir,
      plugins: [reading],
    })
    files.push(...filesOf(outputFiles, outdir, `${PACKAGES}/${folder}/`))
  }
  const made = JSON.stringify(
    Object.fromEntries([...sources.seen].map(([file, { digest }]) => [file, digest]).sort()),
  )
  return {
    name: sha256(made).slice(0, 32),
    files: [...files, { name: SOURCES, contents: Buffer.from(made) }],
  }
}

/**
 * Takes `@weir/base` into the program: one file is loaded faster than many.
 * @param {string} home
 * @param {ReturnType<typeof createSources>} sources
 * @returns {import('esbuild').Plugin}
 */
function floorInside(home, sources) {
  return {
    name: 'floor',
    setup({ onResolve }) {
      const doors = doorsOf(sources.read('packages/base/package.json').text)
      onResolve({ filter: /^@weir\/base\// }, ({ path }) => {
        const door = doors.find(({ name }) => path === `@weir/base/${name}`)
        return door && { path: join(home, 'packages/base', door.file), sideEffects: false }
      })
    },
  }
}

/**
 * What esbuild has made, by name below a folder.
 * @param {readonly import('esbuild').OutputFile[]} outputs
 * @param {string} folder
 * @param {string} prefix
 */
function filesOf(outputs, folder, prefix) {
  return outputs.map(({ path, contents }) => ({ name: prefix + relative(folder, path), contents }))
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
 * Puts what a program made of the packages into their folders, file by file, whole. What other processes have loaded
 * keeps its parts: they are named by their content.
 * @param {string} home
 * @param {string} program its folder
 */
function publish(home, program) {
  const made = join(program, PACKAGES)
  for (const folder of workspaces(home))
    for (const name of readdirSync(join(made, folder), { recursive: true, encoding: 'utf8' })) {
      const [from, to] = [join(made, folder, name), join(home, folder, DIST, name)]
      if (statsOf(from)?.isFile()) copyWhole(from, to)
    }
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyWhole(from, to) {
  const contents = readFileSync(from)
  if (existsSync(to) && readFileSync(to).equals(contents)) return
  mkdirSync(dirname(to), { recursive: true })
  const aside = `${to}.${process.pid}.new`
  writeFileSync(aside, contents)
  renameSync(aside, to)
}

/**
 * Puts the packages of a program into place, and notes which program the sources make, unless one of them is so young
 * that it may change under the same stamp.
 * @param {string} home
 * @param {string} place
 * @param {string} program
 * @param {ReturnType<typeof createSources>} sources
 * @returns {Built}
 */
function remember(home, place, program, { seen }) {
  publish(home, join(place, program))
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
