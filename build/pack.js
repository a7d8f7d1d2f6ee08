// `npm pack` and `npm publish` call this in a package: makes what its tarball holds besides its own files.
import { copyFileSync, cpSync, readdirSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { DIST, PACKAGES } from './bundle.js'
import { home, programFolder } from './start.js'
import { emitTypes } from './types.js'

const RUNNER = join('packages', 'runner')

const program = await programFolder()
if (program === undefined) process.exit(1)
if (emitTypes(home) !== true) {
  process.stderr.write(
    'error: a package is packed with its types: TypeScript has to compile them\n',
  )
  process.exit(1)
}
const folder = process.cwd()
copyFileSync(join(home, 'LICENSE'), join(folder, 'LICENSE'))
if (relative(home, folder) === RUNNER) packProgram(program, join(folder, DIST, 'program'))

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
