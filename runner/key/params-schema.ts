// The schema of a cell's params, read without running the cell.
import { join } from 'node:path'
import type { PluginBuild } from 'esbuild'
import { build } from 'esbuild'
import { writeState } from '../store/write.ts'
import { CELLS, SHAPE } from './bundle-shape.ts'

/**
 * The schema that a cell exports as `params`, if it does, from a bundle of just that: of the cell only what
 * stands at the top level of its modules is executed. `name` tells bundles of different cells apart.
 */
export async function readSchema(
  root: string,
  file: string,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  const result = await build({
    ...SHAPE,
    absWorkingDir: root,
    stdin: {
      contents: `import * as cell from ${JSON.stringify(`./${file}`)}\nexport const params = cell.params`,
      resolveDir: root,
    },
    plugins: [withoutUnusedPackages],
  })
  const path = join(root, CELLS, `${name}.params.mjs`)
  writeState(path, result.outputFiles[0]?.text ?? '')
  const module = (await import(path)) as { params?: Record<string, unknown> }
  return module.params && JSON.parse(JSON.stringify(module.params))
}

/** Imports of packages whose names are not used are dropped, so that a schema loads without the libraries of its cell. */
const withoutUnusedPackages = {
  name: 'without-unused-packages',
  setup(build: PluginBuild): void {
    build.onResolve({ filter: /^[^./]/ }, (args) => ({
      path: args.path,
      external: true,
      sideEffects: false,
    }))
  },
}
