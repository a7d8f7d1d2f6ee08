// `npm pack` and `npm publish` call this in a package: makes what its tarball holds besides its own files.
import { copyFileSync, cpSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { DIST, PACKAGES } from './bundle.js'
import { packOnlyMade } from './packed.js'
import { home, programFolder } from './start.js'
import { emitTypes } from './types.js'

const RUNNER = join('packages', 'runner')

const program = await programFolder()
if (program === undefined) process.exit(1)
if (emitTypes(home) !== true)
  fail('a package is packed with its types: TypeScript has to compile them')
const folder = process.cwd()
const name = relative(home, folder)
const [broken] = packOnlyMade(home, name, program)
if (broken !== undefined) fail(`${broken} is not as the build has made it: it cannot be packed`)
copyFileSync(join(home, 'LICENSE'), join(folder, 'LICENSE'))
if (name === RUNNER) packProgram(program, join(folder, DIST, 'program'))

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`error: ${message}\n`)
  process.exit(1)
}

/**
 * Puts the program into the package, by its name: it tells the memos of two versions apart.
 * @param {string} from
 * @param {string} place
 */
function packProgram(from, place) {
  const to = join(place, basename(from))
  rmSync(place, { recursive: true, force: true })
  for (const name of readdirSync(from))
    if (name !== PACKAGES) cpSync(join(from, name), join(to, name), { recursive: true })
}
