// Packages for a cell whose packed code lies outside the project (a spool folder): Node would look beside the code.
import { register } from 'node:module'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Node's hooks are a module of their own, in a thread of their own. */
const HOOKS = `
let packed, project
export function initialize(places) {
  packed = places.packed
  project = places.project
}
export function resolve(specifier, context, next) {
  const isPackage = !/^(\\.|\\/|[a-z]+:)/.test(specifier)
  return next(specifier, isPackage && context.parentURL === packed ? { ...context, parentURL: project } : context)
}`

/** Lets what the packed code imports be found in the packages of the project. */
export function takePackagesOf(root: string, packed: string): void {
  if (packed.startsWith(`${root}${sep}`)) return
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, {
    data: {
      packed: pathToFileURL(packed).href,
      project: pathToFileURL(join(root, 'package.json')).href,
    },
  })
}
