// A real server process on a free port: it starts before there is anything, follows promotions, and stops when told.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NAME, type Project, project, promote, publish, writeOnline } from './rig.ts'

const REPO = join(import.meta.dirname, '../..')

type Child = ChildProcessByStdio<null, Readable, Readable>

let script: string
const children: Child[] = []
beforeAll(async () => {
  // Within the repository, so that its packages are found.
  const cache = join(REPO, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  script = join(mkdtempSync(join(cache, 'weir-test-')), 'serve.mjs')
  const contents = `import { carryOut } from './packages/runner/src/commands/main.ts'
    import { processEffects } from './packages/runner/src/commands/effects.ts'
    import { serveCommand } from './serve/src/command.ts'
    const effects = { ...processEffects({ build: '', version: '', cellHost: '', fileThread: '' }), schemes: {} }
    const entry = { name: 'serve', summary: '', stopsItself: true, load: async () => serveCommand }
    process.exitCode = await carryOut(entry, process.argv.slice(2), effects)`
  await build({
    stdin: { contents, resolveDir: REPO, loader: 'ts' },
    outfile: script,
    bundle: true,
    packages: 'external',
    conditions: ['@weir/source'],
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(dirname(script), { recursive: true, force: true })
})

/** Starts a server in a project and waits for its address. */
async function start({ root }: Project, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', PORT: '0', WEIR_POLL_MS: '100', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const output = { log: '', said: '' }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  child.stdout.on('data', (chunk) => {
    output.log += chunk
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      output.said += chunk
      const found = /http:\S+/.exec(output.said)
      if (found) resolve(found[0])
    })
    child.on('close', () => reject(new Error(output.said)))
  })
  return { child, url, ended, output }
}

/** Asks until the answer is as it should be; the test's own timeout ends it. */
async function until(url: string, good: (reply: Response) => Promise<boolean> | boolean) {
  for (;;) {
    const reply = await fetch(url)
    if (await good(reply)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const versionAt = (url: string, version: number) =>
  until(`${url}/model`, async (reply) => {
    const model = (await reply.json()) as { version?: number }
    return model.version === version
  })

async function ask(url: string): Promise<number> {
  const reply = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"user_id":"ann"}',
  })
  const answer = (await reply.json()) as { model: { version: number } }
  return answer.model.version
}

describe('the process', () => {
  it('waits for a first promotion, follows the next and the rollback, and ends at SIGTERM', async () => {
    const home = project()
    const { child, url, ended, output } = await start(home)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect((await fetch(`${url}/ready`)).status).toBe(503)
    await writeOnline(home.features)
    await promote(home, 2)
    await publish(home)
    await until(`${url}/ready`, (reply) => reply.status === 200)
    expect(await ask(url)).toBe(1)
    await promote(home, -2)
    await versionAt(url, 2)
    expect(await ask(url)).toBe(2)
    await home.registry.rollback(NAME, null)
    await versionAt(url, 1)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    const messages = output.log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).msg)
    expect(messages).toContain('serving tiny_churn v2')
  })

  it('answers every request while models are swapped under it', async () => {
    const home = project()
    await promote(home, 2)
    await promote(home, -2)
    await writeOnline(home.features)
    await publish(home)
    const { child, url, ended } = await start(home)
    await versionAt(url, 2)
    let stop = false
    const seen = new Set<number>()
    const asking = Array.from({ length: 4 }, async () => {
      while (!stop) seen.add(await ask(url))
    })
    for (const version of [1, 2, 1, 2]) {
      await home.registry.rollback(NAME, version)
      await versionAt(url, version)
    }
    stop = true
    await Promise.all(asking)
    expect([...seen].sort()).toEqual([1, 2])
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  it('says why it cannot start', async () => {
    const home = project()
    const { url, child, ended } = await start(home)
    const port = new URL(url).port
    await expect(start(home, { PORT: port })).rejects.toThrow(/LISTEN_FAILED.*EADDRINUSE/s)
    await expect(start(home, { PORT: 'http' })).rejects.toThrow(/USAGE.*PORT=http/s)
    await expect(start(home, { LOG_LEVEL: 'loud' })).rejects.toThrow(/LOG_LEVEL is one of/)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})
