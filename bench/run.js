// Runs a bench: `node bench/run.js serve` bundles bench/serve.ts, as bin/weir.js does with the program, and starts it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const home = dirname(dirname(fileURLToPath(import.meta.url)))
const [name = '', ...args] = process.argv.slice(2)
const folder = join(home, 'node_modules', '.cache', `bench-${process.pid}`)
mkdirSync(folder, { recursive: true })
const script = join(folder, `${name}.mjs`)
await build({
  entryPoints: [join(home, 'bench', `${name}.ts`)],
  outfile: script,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
})
const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
rmSync(folder, { recursive: true, force: true })
process.exitCode = status ?? 1
