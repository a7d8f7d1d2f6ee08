// What of a cell's imports is the project's own code, which is packed and enters the key by its meaning, and what is a
// package, which stays outside and enters by its version. A package whose place in node_modules links into the project
// is the project's own.
import { realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { sep } from 'node:path'
import { projectPath } from '@weir/base/paths'
import type { PartialMessage, Plugin, ResolveResult } from 'esbuild'
import { packageName, TOOL } from './packages.ts'

/** Marks what the plugin asks esbuild itself. */
const RESOLVING = Symbol('resolving')

/** How packages are kept out of packed code. */
export interface Outside {
  /** Imports of packages whose names are not used are dropped: a cell may use one helper of many. */
  readonly dropUnused: boolean
}

/** Keeps packages out of packed code, and takes in those that link into the project, from their sources. */
export function projectCode(root: string, { dropUnused }: Outside): Plugin {
  const inside = `${realpathSync(root)}${sep}`
  const isOwn = ({ path, external }: ResolveResult): boolean =>
    !external && path.startsWith(inside) && !path.includes(`${sep}node_modules${sep}`)
  return {
    name: 'project-code',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...about }) => {
        if (pluginData === RESOLVING || about.kind === 'entry-point') return undefined
        const outside = { path, external: true, ...(dropUnused && { sideEffects: false }) }
        if (isGiven(path)) return outside
        const found = await build.resolve(path, { ...about, pluginData: RESOLVING })
        if (isOwn(found)) return { path: found.path, sideEffects: found.sideEffects }
        // `#name` is an import that the project's own package.json maps: one that leads nowhere is an error.
        if (path.startsWith('#')) return { errors: found.errors }
        // What is not installed is told when it is loaded.
        if (found.errors.length > 0) return outside
        const ofProject = { kind: about.kind, resolveDir: root, pluginData: RESOLVING }
        const atRoot = await build.resolve(path, ofProject)
        if (atRoot.path === found.path) return outside
        return { errors: [nested(root, path, found.path, atRoot.path)] }
      })
    },
  }
}

/** What every cell has: Node's own modules, and the tool. */
function isGiven(path: string): boolean {
  return isBuiltin(path) || packageName(path) === TOOL
}

/** Packed code finds its packages from the project's folder: one that a module has for itself would be another one. */
function nested(root: string, name: string, meant: string, atRoot: string): PartialMessage {
  const there = atRoot === '' ? 'nothing' : projectPath(root, atRoot)
  return {
    text: `'${name}' is ${projectPath(root, meant)} for this module, and ${there} for the cells of the project`,
    detail: {
      code: 'PACKAGE_NESTED',
      hint: `hoist it: let the project and this module have one version of '${packageName(name)}'; or bundle it into a package of its own`,
    },
  }
}
