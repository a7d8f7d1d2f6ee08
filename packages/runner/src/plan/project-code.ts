// What of a cell's imports is the project's own code, which is packed and enters the key by its meaning, and what is a
// package, which stays outside and enters by its version. A package whose place in node_modules links into the project
// is the project's own.
import { realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { sep } from 'node:path'
import type { Plugin, ResolveResult } from 'esbuild'
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
        if (isBuiltin(path) || packageName(path) === TOOL) return outside
        const found = await build.resolve(path, { ...about, pluginData: RESOLVING })
        if (isOwn(found)) return { path: found.path, sideEffects: found.sideEffects }
        // `#name` is an import that the project's own package.json maps: one that leads nowhere is an error.
        return path.startsWith('#') ? { errors: found.errors } : outside
      })
    },
  }
}
