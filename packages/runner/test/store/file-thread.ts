// The threads' script for tests: bundled from the sources as the program has it, since Node 20 runs no TypeScript.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'

let script: string | undefined

/** The path of the script; bundled once a process, which removes it at its end. */
export function fileThread(): string {
  if (script !== undefined) return script
  const folder = mkdtempSync(join(tmpdir(), 'weir-thread-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  script = join(folder, 'file-thread.mjs')
  buildSync({
    entryPoints: [resolve(import.meta.dirname, '../../src/store/file-thread.ts')],
    outfile: script,
    bundle: true,
    conditions: ['@weir/source'],
    platform: 'node',
    format: 'esm',
  })
  return script
}
