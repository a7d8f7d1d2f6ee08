// Packages for cells whose packed code lies outside the project (a spool folder, that of a plan which writes nothing):
// Node would look beside the code.
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
  return next(specifier, isPackage && packed.includes(context.parentURL) ? { ...context, parentURL: project } : context)
}`

/** Lets what the packed code imports be found in the packages of the project. */
export function takePackagesOf(root: string, packed: readonly string[]): void {
  const outside = packed.filter((path) => !path.startsWith(`${root}${sep}`))
  if (outside.length === 0) return
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, {
    data: {
      packed: outside.map((path) => pathToFileURL(path).href),
      project: pathToFileURL(join(root, 'package.json')).href,
    },
  })
}
