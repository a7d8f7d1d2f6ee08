// A cell whose packed code lies outside the project: its packages are those of the project.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import * as esbuild from 'esbuild'
import { expect, it, onTestFinished } from 'vitest'
import type { RunJob } from '../../src/execute/cell-message.ts'
import { openChannel } from '../../src/execute/channel.ts'

const REPO = resolve(import.meta.dirname, '../../../..')

/** Runs the host of cells on packed code, and gives what it says. */
async function host(job: RunJob): Promise<unknown[]> {
  const built = join(REPO, 'node_modules', '.cache', 'weir-host', `${process.pid}.mjs`)
  await esbuild.build({
    entryPoints: [join(REPO, 'packages/runner/src/execute/cell-host.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: built,
  })
  const child = spawn(process.execPath, [built], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(built, { force: true })
  })
  const said: unknown[] = []
  openChannel(child, job, { message: (value) => said.push(value), broken: (why) => said.push(why) })
  await new Promise((ended) => child.once('close', ended))
  return said
}

it.each([
  ['inside', true],
  ['outside', false],
])('packages are found for code %s the project', async (_, inside) => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-outside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const root = join(folder, 'project')
  const files = {
    'node_modules/own/package.json': '{"name":"own","type":"module","exports":"./own.js"}',
    'node_modules/own/own.js': 'export const name = "the project’s own"\n',
    'package.json': '{}',
  }
  const packed = join(inside ? root : join(folder, 'spool'), 'cells', 'cell.mjs')
  const code = `import { name } from 'own'
import { writeFileSync } from 'node:fs'
export default {
  title: 'Own',
  outputs: { out: { kind: 'file', path: 'out', input: (place) => place, output: (place) => place } },
  async run({ outputs }) {
    const late = await import('own')
    writeFileSync(outputs.out.path, name + '; ' + late.name)
  },
}
`
  for (const [path, text] of [
    ...Object.entries(files).map(([name, text]) => [join(root, name), text]),
    [packed, code],
  ]) {
    mkdirSync(dirname(path!), { recursive: true })
    writeFileSync(path!, text!)
  }
  const out = join(folder, 'out')
  const said = await host({
    kind: 'run',
    packed,
    root,
    folder: root,
    stage: 'own',
    params: {},
    inputs: {},
    outputs: { out },
    ports: { inputs: {}, outputs: { out: 'out' } },
  })
  expect(said).toEqual([{ kind: 'title', title: 'Own' }, { kind: 'done' }])
  expect(readFileSync(out, 'utf8')).toBe('the project’s own; the project’s own')
})
