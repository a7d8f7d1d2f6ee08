// The packages of this repository, and the doors that their package.json names.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The export condition under which a package is read from its sources. */
export const SOURCE = '@weir/source'

/**
 * The folders of the tool's packages, in order. A package of the project's own may stand beside them: it has no door
 * that leads to a source, and is not built.
 * @param {string} home
 * @returns {string[]}
 */
export function workspaces(home) {
  const { workspaces } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  return workspaces.flatMap((/** @type {string} */ name) => {
    if (!name.endsWith('/*')) return [name]
    const folder = name.slice(0, -2)
    return readdirSync(join(home, folder))
      .sort()
      .map((inside) => `${folder}/${inside}`)
      .filter((inside) => isBuilt(join(home, inside, 'package.json')))
  })
}

/** @param {string} path of a package.json, which may be absent or broken: npm tells of that */
function isBuilt(path) {
  try {
    return doorsOf(readFileSync(path, 'utf8')).length > 0
  } catch {
    return false
  }
}

/**
 * The doors of a package that are built from a source: the name, the source behind it, and where it is built below dist/, without `.js`.
 * @param {string} manifest the text of its package.json
 * @returns {{ name: string, file: string, out: string }[]}
 */
export function doorsOf(manifest) {
  const { exports } = JSON.parse(manifest)
  return Object.entries(exports ?? {})
    .filter(([, conditions]) => typeof conditions?.[SOURCE] === 'string')
    .map(([name, conditions]) => ({
      name: name.replace(/^\.\/?/, ''),
      file: conditions[SOURCE],
      out: conditions.default.replace(/^\.\/dist\//, '').replace(/\.js$/, ''),
    }))
}
