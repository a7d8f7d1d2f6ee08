// Bundles the sources by esbuild: the tool's program, and each package.
import { join, relative } from 'node:path'
import { sha256 } from './sources.js'
import { doorsOf, workspaces } from './workspaces.js'

/**
 * @typedef {import('./sources.js').Sources} Sources
 * @typedef {{ name: string, contents: Uint8Array }} File
 * @typedef {{ name: string, files: File[] }} Bundle
 */

/** The program of the tool. */
const ENTRIES = {
  main: 'packages/runner/src/commands/main.ts',
  'cell-host': 'packages/runner/src/execute/cell-host.ts',
  'file-thread': 'packages/runner/src/store/file-thread.ts',
}
/** What a start loads first: in one file, as each file that is loaded costs an idle run. */
const FIRST = { front: 'packages/runner/src/commands/front.ts' }
/** What decides the program besides the modules that are bundled. */
const SETTINGS = [
  'build/build.js',
  'build/bundle.js',
  'build/program.js',
  'build/publish.js',
  'build/sources.js',
  'build/workspaces.js',
  'packages/runner/bin/program.js',
  'packages/runner/bin/weir.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]
/** The packages as they were made with the program; in its folder. */
export const PACKAGES = 'packages'
/** The folder of a package that its doors lead into. */
export const DIST = 'dist'
/** By content, the sources that a program was made from; in its folder. */
export const SOURCES = 'sources.json'
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

/**
 * Bundles the very texts that `sources` has read.
 * @param {string} home
 * @param {Sources} sources
 * @returns {Promise<Bundle>}
 */
export async function bundle(home, sources) {
  for (const file of SETTINGS) sources.read(file)
  const files = [...(await bundleProgram(home, sources)), ...(await bundlePackages(home, sources))]
  const made = sources.made()
  return {
    name: sha256(made).slice(0, 32),
    files: [...files, { name: SOURCES, contents: Buffer.from(made) }],
  }
}

/**
 * @param {string} home
 * @param {Sources} sources
 * @returns {Promise<File[]>}
 */
async function bundleProgram(home, sources) {
  const esbuild = await import('esbuild')
  // As deep as where it will stand, for the source maps.
  const outdir = join(home, 'node_modules/.cache/weir/program')
  const parts = [
    { entries: ENTRIES, splitting: true },
    { entries: FIRST, splitting: false },
  ]
  const files = []
  for (const { entries, splitting } of parts) {
    const { outputFiles } = await esbuild.build({
      ...SHAPE,
      splitting,
      absWorkingDir: home,
      entryPoints: Object.entries(entries).map(([out, file]) => ({ in: file, out })),
      outdir,
      outExtension: { '.js': '.mjs' },
      plugins: [reading(home, sources), floorInside(home, sources)],
    })
    files.push(...filesOf(outputFiles, outdir, ''))
  }
  return files
}

/**
 * @param {string} home
 * @param {Sources} sources
 * @returns {Promise<File[]>}
 */
async function bundlePackages(home, sources) {
  const esbuild = await import('esbuild')
  const files = []
  for (const folder of workspaces(home)) {
    // esbuild reads the settings of the folder that a module is in.
    sources.read(`${folder}/tsconfig.json`)
    const manifest = sources.read(`${folder}/package.json`).text
    const outdir = join(home, folder, DIST)
    const { outputFiles } = await esbuild.build({
      ...SHAPE,
      absWorkingDir: join(home, folder),
      entryPoints: doorsOf(manifest).map(({ out, file }) => ({ in: file, out })),
      chunkNames: 'parts/[name]-[hash]',
      outdir,
      plugins: [reading(home, sources)],
    })
    files.push(...filesOf(outputFiles, outdir, `${PACKAGES}/${folder}/`))
  }
  return files
}

/**
 * Gives esbuild what `sources` has read.
 * @param {string} home
 * @param {Sources} sources
 * @returns {import('esbuild').Plugin}
 */
function reading(home, sources) {
  return {
    name: 'sources',
    setup({ onLoad }) {
      onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => ({
        contents: sources.read(relative(home, path)).text,
        loader: 'default',
      }))
    },
  }
}

/**
 * Takes `@weir/base` into the program: one file is loaded faster than many.
 * @param {string} home
 * @param {Sources} sources
 * @returns {import('esbuild').Plugin}
 */
function floorInside(home, sources) {
  return {
    name: 'floor',
    setup({ onResolve }) {
      const doors = doorsOf(sources.read('packages/base/package.json').text)
      onResolve({ filter: /^@weir\/base(?:\/|$)/ }, ({ path }) => {
        const door = doors.find(({ name }) => path === join('@weir/base', name))
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
