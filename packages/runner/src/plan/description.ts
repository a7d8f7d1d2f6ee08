// A cell's description of itself, and the module that is loaded to get it.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import * as esbuild from 'esbuild'
import type { DescribeModule } from '../execute/cell-message.ts'
import { type CodePlace, writeModules } from '../store/packed-code.ts'
import { SHAPE } from './packed-shape.ts'
import { projectCode } from './project-code.ts'

const ENTRY = 'describe:'

/**
 * Packs cells for their description, all in one build, and gives the module of each. Unlike the code that runs, it
 * loads no package of which nothing is used. The paths are new ones, so that two commands at once do no harm.
 */
export async function packForDescription(
  { root, cells }: CodePlace,
  files: readonly string[],
): Promise<DescribeModule[]> {
  const build = randomUUID()
  const entryPoints = files.map((file, index) => ({
    in: `${ENTRY}${file}`,
    out: `${build}-${index}`,
  }))
  const { outputFiles } = await esbuild.build({
    ...SHAPE,
    absWorkingDir: root,
    entryPoints,
    outdir: cells,
    outExtension: { '.js': '.mjs' },
    sourcemap: 'inline',
    plugins: [entries(root), projectCode(root, { dropUnused: true })],
  })
  writeModules(outputFiles)
  return files.map((file, index) => ({ file, path: join(cells, `${build}-${index}.mjs`) }))
}

/** What is loaded of a cell. As a namespace, so that a module without a default export is loaded too. */
function entries(root: string): Plugin {
  return {
    name: 'description-entries',
    setup(build) {
      build.onResolve({ filter: /^describe:/ }, ({ path }) => ({
        path: path.slice(ENTRY.length),
        namespace: 'description',
      }))
      build.onLoad({ filter: /.*/, namespace: 'description' }, ({ path }) => ({
        contents: `import * as cell from ${JSON.stringify(`./${path}`)}\nexport default cell.default`,
        resolveDir: root,
      }))
    },
  }
}
