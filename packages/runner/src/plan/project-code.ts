// Divides a cell's imports: code of the project is packed and enters the key by its content; a package stays outside
// and enters the key by its version. A package whose place in node_modules links into the project
// is the project's own.
import { realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { sep } from 'node:path'
import { projectPath } from '@weir/base'
import type {
  ImportKind,
  OnResolveArgs,
  OnResolveResult,
  PartialMessage,
  Plugin,
  ResolveResult,
} from 'esbuild'
import { missingBuiltin, missingPackage } from './missing-import.ts'
import { packageName, TOOL } from './packages.ts'

/** Marks the plugin's own requests to esbuild, which it must not answer itself. */
const RESOLVING = Symbol('resolving')

/** How packages are kept out of packed code. */
export interface Outside {
  /** Imports of packages whose names are not used are dropped: a cell may use one helper of many. */
  readonly dropUnused: boolean
}

/** What imports it, and how. */
type About = Omit<OnResolveArgs, 'path' | 'pluginData'>

/** Keeps packages out of packed code, and takes in those that link into the project, from their sources. */
export function projectCode(root: string, { dropUnused }: Outside): Plugin {
  const inside = `${realpathSync(root)}${sep}`
  const isOwn = ({ path, external }: ResolveResult): boolean =>
    !external && path.startsWith(inside) && !path.includes(`${sep}node_modules${sep}`)
  const outsideOf = (path: string): OnResolveResult => ({
    path,
    external: true,
    ...(dropUnused && { sideEffects: false }),
  })
  return {
    name: 'project-code',
    setup(build) {
      const resolved = async (path: string, about: About): Promise<OnResolveResult> => {
        const found = await build.resolve(path, { ...about, pluginData: RESOLVING })
        if (isOwn(found)) return { path: found.path, sideEffects: found.sideEffects }
        // `#name` is an import that the project's own package.json maps: one that leads nowhere is an error.
        if (path.startsWith('#')) return { errors: found.errors }
        const outside = outsideOf(path)
        // Code that uses nothing of the import works without it.
        if (found.errors.length > 0)
          return { ...outside, warnings: missingPackage(root, path, about.importer) }
        const ofProject = { kind: about.kind, resolveDir: root, pluginData: RESOLVING }
        const atRoot = await build.resolve(path, ofProject)
        return atRoot.path === found.path
          ? outside
          : { errors: [nested(root, path, found.path, atRoot.path)] }
      }
      build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...about }) => {
        if (pluginData === RESOLVING || about.kind === 'entry-point') return undefined
        if (isUnknownBuiltin(path, about.kind)) return { errors: [missingBuiltin(path)] }
        return isGiven(path) ? outsideOf(path) : resolved(path, about)
      })
    },
  }
}

/** What every cell has: Node's own modules, and the tool. */
function isGiven(path: string): boolean {
  return isBuiltin(path) || packageName(path) === TOOL
}

/** A failed `import()` may be caught by the code that tries it. */
function isUnknownBuiltin(path: string, kind: ImportKind): boolean {
  return path.startsWith('node:') && !isBuiltin(path) && kind === 'import-statement'
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
