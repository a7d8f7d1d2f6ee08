// What a package's tarball holds of its dist folder: just what the current program was made with, and types.
import { readdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DIST } from './bundle.js'
import { filesOf, isInPlace, PROGRAM } from './publish.js'
import { TYPES } from './types.js'

/** npm leaves out what a folder's own .npmignore names. */
const IGNORED = '.npmignore'

/**
 * Lets npm leave out what the build does not make: scripts of earlier builds, which stay in dist for a while since a
 * running process may load them late. Returns the files of the build that do not stand in dist as they were made.
 * @param {string} home
 * @param {string} folder of the package, below `home`
 * @param {string} program its folder
 */
export function packOnlyMade(home, folder, program) {
  const dist = join(home, folder, DIST)
  const files = filesOf(home, program).filter(({ to }) => to.startsWith(`${dist}/`))
  const made = new Set(files.map(({ to }) => relative(dist, to)))
  const others = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
    .filter((name) => !made.has(name) && !name.endsWith(TYPES) && !name.startsWith(PROGRAM))
  writeFileSync(
    join(dist, IGNORED),
    others
      .map((name) => `/${name}\n`)
      .sort()
      .join(''),
  )
  return files.filter((file) => !isInPlace(file)).map(({ to }) => relative(home, to))
}
