// What a cell says of itself, and the module that is loaded to hear it.
import { join } from 'node:path'
import type { PluginBuild } from 'esbuild'
import { build } from 'esbuild'
import { writeState } from '../store/write.ts'
import { CELLS, SHAPE } from './bundle-shape.ts'

/** Marks what the plugin asks esbuild itself. */
const RESOLVING = Symbol('resolving')

/** Of a cell's default export what can be known before it runs. */
export interface CellDescription {
  readonly title?: string
  /** JSON Schema of its params; a cell without one is given what its stage declares. */
  readonly params?: Readonly<Record<string, unknown>>
}

/**
 * Bundles a cell for its description and gives the path. Unlike the bundle that runs, it loads no package of which
 * nothing is used. `name` tells the bundles of different cells apart.
 */
export async function bundleForDescription(
  root: string,
  file: string,
  name: string,
): Promise<string> {
  const result = await build({
    ...SHAPE,
    absWorkingDir: root,
    stdin: {
      // As a namespace, so that a module without a default export is loaded too and told of by what it lacks.
      contents: `import * as cell from ${JSON.stringify(`./${file}`)}\nexport default cell.default`,
      resolveDir: root,
    },
    sourcemap: 'inline',
    outfile: join(root, CELLS, `${name}.description.mjs`),
    plugins: [withoutUnusedPackages],
  })
  const [bundle] = result.outputFiles
  const path = join(root, CELLS, `${name}.description.mjs`)
  writeState(path, bundle?.text ?? '')
  return path
}

/** Imports of packages whose names are not used are dropped: a cell may use one helper of many. */
const withoutUnusedPackages = {
  name: 'without-unused-packages',
  setup(build: PluginBuild): void {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...about }) => {
      if (pluginData === RESOLVING) return undefined
      // Aliases (`#lib`, paths of tsconfig.json) are the project's own code.
      const found = await build.resolve(path, { ...about, pluginData: RESOLVING })
      return found.external ? { path, external: true, sideEffects: false } : undefined
    })
  },
}
