// The packages of this repository, and the doors that their package.json names.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The export condition under which a package is read from its sources. */
export const SOURCE = '@weir/source'

/**
 * The folders of the packages, in order.
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
  })
}

/**
 * A door of a package: its name, the source behind it, and where it is built below dist/, without `.js`.
 * @param {string} manifest the text of its package.json
 * @returns {{ name: string, file: string, out: string }[]}
 */
export function doorsOf(manifest) {
  const { exports } = JSON.parse(manifest)
  return Object.entries(exports).map(([name, conditions]) => ({
    name: name.replace(/^\.\/?/, ''),
    file: conditions[SOURCE],
    out: conditions.default.replace(/^\.\/dist\//, '').replace(/\.js$/, ''),
  }))
}
