// Helpers of the registry's tests: small bundles, a ticking clock, and child processes that run our TypeScript.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sha256 } from '@weir/base'
import { build } from 'esbuild'
import type { RegistryEffects } from '../src/effects.ts'

export const NAME = 'churn'

/** A new empty folder. */
export function scratch(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'weir-registry-')))
}

/** Writes a bundle of text files with its manifest into `dir` and returns `dir`. */
export function makeBundle(
  dir: string,
  { asOf = '2024-01-31', files = { 'model.json': '{"w":1}\n' } as Record<string, string> } = {},
): string {
  const listed = Object.keys(files)
    .sort()
    .map((path) => {
      const text = files[path] ?? ''
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text)
      return { path, size: Buffer.byteLength(text), sha256: sha256(text) }
    })
  const manifest = { schema: 'weir/bundle/1', name: NAME, as_of: asOf, files: listed }
  writeFileSync(join(dir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return dir
}

/** A bundle whose content, and so whose digest, is told by `content`. */
export function bundleOf(root: string, content: string, asOf = '2024-01-31'): string {
  return makeBundle(join(root, `candidate-${content}`), { asOf, files: { 'model.json': content } })
}

/** A feature table whose content, and so whose digest, is told by `content`. */
export function tableOf(
  root: string,
  content: string,
  asOf = '2024-01-31',
  feature = 'hours',
): string {
  const dir = join(root, `table-${content}-${asOf}`)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'features.parquet'), content)
  const features = [{ name: feature, view: 'usage', type: 'number', nullable: true }]
  const views = { usage: { ttl_days: null } }
  const about = { as_of: asOf, entity: 'id', rows: 1, features, views, sha256: sha256(content) }
  writeFileSync(join(dir, 'manifest.json'), `${JSON.stringify(about, null, 2)}\n`)
  return dir
}

/** Effects without the world: a clock that ticks a second a call, user `ada`, no git, no run. */
export function quietEffects(more: Partial<RegistryEffects> = {}): RegistryEffects {
  let ticks = 0
  return {
    now: () => new Date(Date.UTC(2024, 2, 1, 0, 0, ticks++)),
    user: () => 'ada',
    git: async () => null,
    run: () => null,
    period: null,
    warn: () => {},
    patience: 60_000,
    verify: async () => [],
    ...more,
  }
}

/** Bundles a module of ours into one that plain node runs, and returns its path. */
export async function compiled(source: string, dir: string): Promise<string> {
  const outfile = join(dir, 'worker.mjs')
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile,
    bundle: true,
    conditions: ['@weir/source'],
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  return outfile
}

/** Runs node on a script to its end. */
export function runNode(script: string, args: readonly string[]) {
  return run(process.execPath, [script, ...args])
}

/** Runs a program to its end; `out` is what it wrote to both of its streams. */
export function run(
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    const hear = (chunk: Buffer) => {
      out += chunk
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', (code) => resolve({ code, out }))
  })
}
