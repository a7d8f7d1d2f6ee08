// Several processes at once, and processes that die: real children, no mocks.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundlePath, openBundle } from '../../registry/bundle.ts'
import { withLock } from '../../registry/lock.ts'
import { openRegistry } from '../../registry/registry.ts'
import { bundleOf, compiled, NAME, quietEffects, run, runNode, scratch } from './rig.ts'

const WORKER = `
import { openRegistry } from '../../registry/registry.ts'
const [store, ...dirs] = process.argv.slice(2)
const registry = openRegistry(store, { git: async () => null })
for (const dir of dirs) {
  const { version } = await registry.register(dir)
  await registry.promote(version.name, version.version, { reason: String(process.pid) })
}
`

let worker: string
let root: string
let store: string
beforeAll(async () => {
  worker = await compiled(WORKER, scratch())
})
beforeEach(() => {
  root = scratch()
  store = join(root, 'models')
})

describe('four processes that register the same six bundles', () => {
  it('make six versions, one in Production, and a sound journal', async () => {
    const dirs = ['a', 'b', 'c', 'd', 'e', 'f'].map((content) => bundleOf(root, content))
    const orders = [dirs, dirs.toReversed(), [...dirs.slice(3), ...dirs.slice(0, 3)], dirs]
    const ends = await Promise.all(orders.map((order) => runNode(worker, [store, ...order])))
    expect(ends).toEqual(orders.map(() => ({ code: 0, out: '' })))
    const registry = openRegistry(store, quietEffects())
    const versions = [...((await registry.state()).get(NAME)?.versions.values() ?? [])]
    expect(versions.map((v) => v.version)).toEqual([1, 2, 3, 4, 5, 6])
    expect(versions.filter((v) => v.stage === 'Production')).toHaveLength(1)
    expect((await registry.history()).filter((e) => e.type === 'registered')).toHaveLength(6)
    expect(readdirSync(store).sort()).toEqual(['bundles', 'journal.jsonl'])
  })
})

describe('processes that are killed at any moment', () => {
  it('leave a registry that the next one finishes', async () => {
    const dirs = ['a', 'b', 'c', 'd', 'e', 'f'].map((content) => bundleOf(root, content))
    for (const wait of [40, 55, 70, 85, 100, 115, 130, 145]) {
      const child = spawn(process.execPath, [worker, store, ...dirs], { stdio: 'ignore' })
      setTimeout(() => child.kill('SIGKILL'), wait)
      await once(child, 'close')
    }
    expect(await runNode(worker, [store, ...dirs])).toMatchObject({ code: 0 })
    const registry = openRegistry(store, quietEffects())
    const versions = [...((await registry.state()).get(NAME)?.versions.values() ?? [])]
    expect(versions.map((v) => v.version)).toEqual([1, 2, 3, 4, 5, 6])
    for (const { digest } of versions) await openBundle(bundlePath(store, digest), digest)
    expect(readdirSync(join(store, 'bundles'))).toHaveLength(6)
  })
})

describe('a process that runs out of space', () => {
  it('in the middle of a line leaves the journal as it was', async () => {
    const registry = openRegistry(store, quietEffects())
    await registry.register(bundleOf(root, 'a'))
    const before = readFileSync(join(store, 'journal.jsonl'))
    // Files may have 512 bytes: the next line is written in part, and the rest is refused.
    const limited = ['-c', 'ulimit -f 1 && exec "$@"', 'sh', process.execPath, worker]
    const { code, out } = await run('sh', [...limited, store, bundleOf(root, 'b')])
    expect(code).toBe(1)
    expect(out).toMatch(/STORE_UNWRITABLE/)
    expect(before.length).toBeLessThan(512)
    expect(readFileSync(join(store, 'journal.jsonl'))).toEqual(before)
    expect(existsSync(join(store, 'journal.lock'))).toBe(false)
    expect((await registry.register(bundleOf(root, 'b'))).version.version).toBe(2)
  })
})

describe('a lock', () => {
  const TIMES = { wait: 300, silent: 1_000 }
  const lock = () => join(store, 'journal.lock')
  const holder = (about: object) => {
    mkdirSync(store, { recursive: true })
    writeFileSync(lock(), JSON.stringify({ host: hostname(), started: null, ...about }))
  }

  it('of a dead process is broken', async () => {
    const { out } = await runNode('-e', ['console.log(process.pid)'])
    holder({ pid: Number(out) })
    await openRegistry(store, quietEffects()).register(bundleOf(root, 'a'))
    expect(existsSync(lock())).toBe(false)
  })

  it('of an earlier process with the same pid is broken', async () => {
    holder({ pid: process.pid, started: 'long ago' })
    expect(await withLock(lock(), async () => 'mine', TIMES)).toBe('mine')
  })

  it('of a live process is waited for, and then reported with its holder', async () => {
    holder({ pid: process.ppid })
    await expect(withLock(lock(), async () => 'mine', TIMES)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      where: lock(),
      message: expect.stringContaining(`process ${process.ppid}`),
    })
    expect(existsSync(lock())).toBe(true)
  })

  it('of another machine is broken once it has been silent', async () => {
    holder({ pid: 1, host: 'elsewhere' })
    await expect(withLock(lock(), async () => 'mine', TIMES)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
    })
    const old = new Date(Date.now() - 5_000)
    utimesSync(lock(), old, old)
    expect(await withLock(lock(), async () => 'mine', TIMES)).toBe('mine')
  })

  it('that is stale lets one of many in at a time', async () => {
    holder({ pid: process.pid, started: 'long ago' })
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setTimeout(resolve, 3))
      inside--
    }
    await Promise.all(Array.from({ length: 12 }, () => withLock(lock(), work)))
    expect(most).toBe(1)
  })

  it('is released when the work fails', async () => {
    await expect(
      withLock(lock(), async () => {
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(existsSync(lock())).toBe(false)
  })
})
