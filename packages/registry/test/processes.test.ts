// Several processes at once, and processes that die: real children, no mocks.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import type { Holder } from '@weir/base/mutex'
import { nameOf, ownSight } from '@weir/base/process'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundlePath, openBundle } from '../src/bundle.ts'
import { type EventBody, eventOf, lineOf } from '../src/event.ts'
import { openRegistry } from '../src/registry.ts'
import { registryMutex, withMutex } from '../src/store-mutex.ts'
import { bundleOf, compiled, NAME, quietEffects, run, runNode, scratch } from './rig.ts'

const WORKER = `
import { openRegistry } from '../src/registry.ts'
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

describe('the lock', () => {
  const lockFor = (patience: number, work: () => Promise<unknown>) =>
    withMutex(store, { what: 'registry test', patience }, work)
  const holder = (about: Partial<Holder>) => {
    const nonce = '01234567-89ab-cdef-0123-456789abcdef'
    const said = {
      ...ownSight().self,
      nonce,
      since: '2024-03-01T12:30:05.000Z',
      what: 'registry x',
    }
    mkdirSync(registryMutex(store), { recursive: true })
    writeFileSync(join(registryMutex(store), nonce), JSON.stringify({ ...said, ...about }))
  }

  it('of a dead process is broken', async () => {
    const { out } = await runNode('-e', ['console.log(process.pid)'])
    holder({ pid: Number(out) })
    await openRegistry(store, quietEffects()).register(bundleOf(root, 'a'))
    expect(existsSync(registryMutex(store))).toBe(false)
  })

  it('of an earlier process with the same pid is broken', async () => {
    holder({ pid: process.pid, start: 'long ago' })
    expect(await lockFor(300, async () => 'mine')).toBe('mine')
  })

  it.each<[string, Partial<Holder>, string]>([
    ['a live process', { ...nameOf(process.ppid) }, `process ${process.ppid} on `],
    ['another machine', { host: 'elsewhere' }, 'UTC (another machine)'],
    ['another container', { namespace: 'pid:[1]' }, 'UTC (another container)'],
  ])('of %s is waited for, and then reported with its holder', async (_, about, who) => {
    holder(about)
    await expect(lockFor(50, async () => 'mine')).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      where: registryMutex(store),
      message: expect.stringMatching(
        /`registry x`, process \d+ on .*, since 2024-03-01 12:30:05 UTC/,
      ),
      hint: expect.stringContaining('weir unlock'),
    })
    await expect(lockFor(50, async () => 'mine')).rejects.toThrow(who)
    expect(existsSync(registryMutex(store))).toBe(true)
  })

  it('of another machine is not broken by its age', async () => {
    holder({ host: 'elsewhere' })
    const old = new Date('2000-01-01')
    utimesSync(registryMutex(store), old, old)
    for (const name of readdirSync(registryMutex(store)))
      utimesSync(join(registryMutex(store), name), old, old)
    await expect(lockFor(50, async () => 'mine')).rejects.toMatchObject({ code: 'STORE_LOCKED' })
  })

  it('that is stale lets one of many in at a time', async () => {
    holder({ pid: process.pid, start: 'long ago' })
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await new Promise((resolve) => setTimeout(resolve, 3))
      inside--
    }
    await Promise.all(Array.from({ length: 12 }, () => lockFor(60_000, work)))
    expect(most).toBe(1)
  })

  it('is released when the work fails', async () => {
    const fail = async () => {
      throw new Error('no')
    }
    await expect(lockFor(50, fail)).rejects.toThrow('no')
    expect(existsSync(registryMutex(store))).toBe(false)
  })
})

describe('a journal that somebody writes without the lock while a change is decided', () => {
  const write = (seq: number) => {
    const about = { name: NAME, version: seq, digest: sha256(String(seq)), as_of: '2024-01-31' }
    const body: EventBody = { type: 'registered', ...about, reason: 'without the lock' }
    const stamp = { at: '2024-03-01T00:00:00.000Z', by: 'eve', run: null, git: null }
    appendFileSync(join(store, 'journal.jsonl'), lineOf(eventOf(body, stamp, seq)))
  }

  it('keeps what was written, and the change comes after it', async () => {
    let seq = 2
    const verify = async () => {
      if (seq === 2) write(seq++)
      return []
    }
    const registry = openRegistry(store, quietEffects({ verify }))
    await registry.register(bundleOf(root, 'a'))
    await registry.promote(NAME, 1, { reason: 'first' })
    const types = (await registry.history()).map(({ type, seq: number }) => `${number} ${type}`)
    expect(types).toEqual(['1 registered', '2 registered', '3 promoted'])
  })

  it('each time, ends in an error, and nothing is lost', async () => {
    let seq = 2
    const verify = async () => {
      write(seq++)
      return []
    }
    const registry = openRegistry(store, quietEffects({ verify }))
    await registry.register(bundleOf(root, 'a'))
    await expect(registry.promote(NAME, 1, { reason: 'first' })).rejects.toMatchObject({
      code: 'STORE_CONTESTED',
      where: join(store, 'journal.jsonl'),
    })
    expect((await registry.history()).map((event) => event.by)).toEqual([
      'ada',
      ...Array(5).fill('eve'),
    ])
    expect(existsSync(registryMutex(store))).toBe(false)
  })
})
