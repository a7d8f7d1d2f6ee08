// Packs one cell by esbuild with the modules that it imports, and hashes the minified code.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, type Problem, projectPath, sha256 } from '@weir/base'
import type { Message, Metafile, Plugin } from 'esbuild'
import { type CodePlace, writePacked } from '../store/packed-code.ts'
import { buildProblem, messageProblem } from './build-problem.ts'
import type { CellCode } from './code-memo.ts'
import { keptMissing } from './missing-import.ts'
import { type LinkDigests, packageStates } from './packages.ts'
import { MINIFY, SHAPE } from './packed-shape.ts'
import { projectCode } from './project-code.ts'
import { settingsFiles, type TriedPath, triedPaths } from './resolution.ts'

/** A packed cell, and what its packing read. */
export interface Packed {
  readonly ok: true
  readonly cell: CellCode
  readonly inputs: ReadonlyMap<string, Digest>
  readonly tried: readonly TriedPath[]
  readonly settings: readonly string[]
}
export type PackResult = Packed | { readonly ok: false; readonly problem: Problem }

/** Packs a cell; gives the problem where it cannot be. `version` is that of esbuild. */
export async function packCell(
  place: CodePlace,
  file: string,
  version: string,
  linkDigest: LinkDigests,
): Promise<PackResult> {
  const { root } = place
  // Loaded only when there is something to pack: an idle run has no need of it.
  const { moduleHashes } = await import('./module-hashes.ts')
  const inputs = new Map<string, Digest>()
  try {
    const { text, map, minified, metafile, warnings } = await bundle(place, file, inputs)
    const missing = keptMissing(warnings, metafile)
    const code = sha256(minified)
    // Two cells may have the same digest and different texts; each text has its own source map.
    const name = sha256(text).slice(0, 32)
    const path = writePacked(place, name, text, map)
    const packages = packageStates(root, metafile, linkDigest)
    const modules = await moduleHashes(text, new Set(Object.keys(metafile.inputs)))
    const prose = leadingComment(readFileSync(join(root, file), 'utf8'))
    const cell = {
      code,
      esbuild: version,
      packages,
      modules,
      packed: projectPath(root, path),
      prose,
      ...(missing && { missing: messageProblem(root, file, missing) }),
    }
    const tried = triedPaths(root, file, metafile)
    return { ok: true, cell, inputs, tried, settings: settingsFiles(metafile) }
  } catch (error) {
    return { ok: false, problem: buildProblem(root, file, error) }
  }
}

/** A cell as esbuild bundles it. */
interface Bundled {
  /** The bundle, without its link to the source map. */
  readonly text: string
  readonly map: string
  readonly minified: string
  readonly metafile: Metafile
  readonly warnings: readonly Message[]
}

/** Bundles a cell; `inputs` gets every module that esbuild reads. @throws a BuildFailure of esbuild */
async function bundle(
  { root, cells }: CodePlace,
  file: string,
  inputs: Map<string, Digest>,
): Promise<Bundled> {
  const { build, transform } = await import('esbuild')
  const { metafile, warnings, outputFiles } = await build({
    ...SHAPE,
    absWorkingDir: root,
    entryPoints: [`./${file}`],
    plugins: [noteInputs(root, inputs), projectCode(root, { dropUnused: false })],
    outfile: join(cells, 'cell.mjs'),
    sourcemap: 'linked',
    metafile: true,
  })
  const [map, script] = outputFiles
  if (map === undefined || script === undefined) throw new Error('esbuild gave no bundle or no map')
  const text = stripMapLink(script.text)
  const { code: minified } = await transform(text, MINIFY)
  return { text, map: map.text, minified, metafile, warnings }
}

/** Hashes the very text that esbuild is given: a module that is edited meanwhile must not be remembered as packed. */
function noteInputs(root: string, inputs: Map<string, Digest>): Plugin {
  return {
    name: 'note-inputs',
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: 'file' }, async ({ path }) => {
        const contents = await readFile(path)
        inputs.set(projectPath(root, path), sha256(contents))
        return { contents, loader: 'default' }
      })
    },
  }
}

function stripMapLink(text: string): string {
  return text.replace(/\/\/# sourceMappingURL=.*\s*$/, '')
}

/** The text of a file's leading doc comment, without its stars. */
export function leadingComment(source: string): string {
  const [, comment = ''] = /^\s*(?:\/\/[^\n]*\n\s*)*\/\*\*([\s\S]*?)\*\//.exec(source) ?? []
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
}
