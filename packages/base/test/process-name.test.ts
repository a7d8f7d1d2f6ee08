// Who is alive: judged only where pids mean the same, and never by a bare pid.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  hasOwnProc,
  isProcessName,
  lifeOf,
  nameOf,
  ownSight,
  type ProcessName,
  sameSpace,
} from '../src/process/process-name.ts'
import { CONTAINER, NEEDS_CONTAINER } from './containers.ts'
import { program, said } from './processes.ts'
import { SELF, sightOf } from './sights.ts'

const OTHER: ProcessName = { ...SELF, pid: 20, start: '700' }

describe('the life of a process', () => {
  it.each<[string, Partial<ProcessName>, Record<number, string | null>]>([
    ['runs', {}, { 20: '700' }],
    ['runs, and did not know its own start', { start: null }, { 20: '700' }],
    ['has a pid that somebody has whose start is not told', {}, { 20: null }],
  ])('is alive where it %s', (_, about, others) => {
    expect(lifeOf({ ...OTHER, ...about }, sightOf({}, others))).toBe('alive')
  })

  it('is gone where nobody has its pid, or a later process has', () => {
    expect(lifeOf(OTHER, sightOf())).toBe('gone')
    expect(lifeOf(OTHER, sightOf({}, { 20: '701' }))).toBe('gone')
  })

  it.each<[string, Partial<ProcessName>, Partial<ProcessName>]>([
    ['of another host', { host: 'bob' }, {}],
    ['of another boot', { boot: 'boot-2' }, {}],
    ['of another pid namespace', { namespace: 'pid:[2]' }, {}],
    ['that did not know its boot', { boot: null }, {}],
    ['that did not know its namespace, and nor do we', { namespace: null }, { namespace: null }],
    ['where we do not know our boot', {}, { boot: null }],
  ])('is unknown of one %s, even if nobody has its pid here', (_, about, self) => {
    expect(lifeOf({ ...OTHER, ...about }, sightOf(self))).toBe('unknown')
    expect(lifeOf({ ...OTHER, ...about }, sightOf(self, { 20: '700' }))).toBe('unknown')
  })

  it('is seen on systems that have neither boot ids nor namespaces', () => {
    const none = { boot: 'none', namespace: 'none' }
    expect(lifeOf({ ...OTHER, ...none }, sightOf(none))).toBe('gone')
    expect(lifeOf({ ...OTHER, ...none, start: null }, sightOf(none, { 20: null }))).toBe('alive')
  })
})

describe('this process', () => {
  it('has a name by which it is alive, and by which a later one is not', () => {
    const { self } = ownSight()
    expect(self).toMatchObject({ pid: process.pid, host: hostname() })
    expect(sameSpace(self, self)).toBe(true)
    expect(isProcessName(JSON.parse(JSON.stringify(self)))).toBe(true)
    expect(nameOf(process.pid)).toEqual(self)
    expect(lifeOf(self)).toBe('alive')
    if (self.start !== null) expect(lifeOf({ ...self, start: '1' })).toBe('gone')
  })

  it('sees a child while it runs, and knows it gone also before anybody has waited for it', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    const name = nameOf(child.pid ?? 0)
    expect(lifeOf(name)).toBe('alive')
    process.kill(-name.pid, 'SIGKILL')
    await once(child, 'exit')
    expect(lifeOf(name)).toBe('gone')
  })
})

it.each([
  null,
  7,
  {},
  { ...SELF, pid: '10' },
  { ...SELF, boot: 1 },
  { ...SELF, host: null },
])('%j names no process', (value) => expect(isProcessName(value)).toBe(false))

describe.skipIf(!CONTAINER)(`in a container${NEEDS_CONTAINER}`, () => {
  const TELL = `
import { hasOwnProc, lifeOf, ownSight } from '@weir/base/process'
const { self } = ownSight()
console.log(JSON.stringify({ self, own: hasOwnProc(), life: lifeOf(self), later: lifeOf({ ...self, start: '1' }) }))
`
  const told = async (before: readonly string[]) => {
    const path = await program('node_modules/.cache/weir-base-test', 'tell', TELL)
    return JSON.parse(await said([...before, process.execPath, path]))
  }

  it('a process has the host and boot of ours and a namespace of its own', async () => {
    const { self, own, life, later } = await told(CONTAINER ?? [])
    const { host, boot } = ownSight().self
    expect(self).toMatchObject({ host, boot, pid: 1 })
    expect(self.namespace).not.toBe(readlinkSync('/proc/self/ns/pid'))
    expect([own, life, later]).toEqual([true, 'alive', 'gone'])
    expect(lifeOf(self)).toBe('unknown')
  })

  it('a /proc of another namespace is not asked about pids', async () => {
    const blind = (CONTAINER ?? []).filter((word) => word !== '--mount-proc')
    const { self, own, life, later } = await told(blind)
    expect(self.start).not.toBe(null)
    expect([own, life, later]).toEqual([false, 'alive', 'alive'])
    expect(hasOwnProc()).toBe(true)
  })
})
