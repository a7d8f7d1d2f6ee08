// The project's lock between real processes: one at a time, and a dead holder stands in nobody's way.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { acquireLock } from '../../../runner/run/project-lock.ts'
import { processName } from '../../../runner/run/scratch.ts'
import { folderWith } from '../project-folder.ts'
import { Child, program } from './processes.ts'

const never = new AbortController().signal

/** Takes the lock, says so, holds it until its standing order file appears, counting who holds it. */
const HOLDER = `
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { acquireLock } from './runner/run/project-lock.ts'
const [path, until] = process.argv.slice(2)
const lock = await acquireLock(path, (pid) => console.log('waiting ' + pid), new AbortController().signal)
const alone = !existsSync(path + '.holds')
writeFileSync(path + '.holds', '')
console.log('has it ' + (alone ? 'alone' : 'TOGETHER') + (lock.afterCrash ? ' after a crash' : ''))
if (until === 'forever') await sleep(1e9)
while (until !== 'at once' && !existsSync(until)) await sleep(10)
rmSync(path + '.holds', { force: true })
lock.release()
`

let holder: string
beforeAll(async () => {
  holder = await program('node_modules/.cache/weir-lock-test', 'holder', HOLDER)
})

describe('one process', () => {
  it('takes it, gives it back, and leaves nothing', async () => {
    const root = folderWith()
    const path = join(root, 'deep/run.lock')
    const lock = await acquireLock(path, () => undefined, never)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(processName(process.pid))
    expect(lock.afterCrash).toBe(false)
    lock.release()
    expect(readdirSync(join(root, 'deep'))).toEqual([])
  })

  it.each([
    ['of a process that is no more', JSON.stringify({ pid: 2 ** 22 + 1, start: '1' })],
    [
      'of a process whose id has gone to another one',
      JSON.stringify({ pid: process.pid, start: '1' }),
    ],
    ['that is empty', ''],
    ['that is rubbish', '{"pid": "x"}'],
    ['that says null', 'null'],
  ])('a lock %s is taken over', async (_, text) => {
    const root = folderWith({ 'run.lock': text })
    const told: number[] = []
    const lock = await acquireLock(join(root, 'run.lock'), (pid) => told.push(pid), never)
    expect([lock.afterCrash, told]).toEqual([true, []])
    lock.release()
    expect(readdirSync(root)).toEqual([])
  })

  it('a folder in place of the lock, and a breaker who died, are no hindrance', async () => {
    const root = folderWith({ 'run.lock.break': JSON.stringify({ pid: 2 ** 22 + 1, start: '1' }) })
    mkdirSync(join(root, 'run.lock/x'), { recursive: true })
    const lock = await acquireLock(join(root, 'run.lock'), () => undefined, never)
    lock.release()
    expect(readdirSync(root)).toEqual([])
  })

  it('that waits for a living one can be aborted, and the lock stays with its holder', async () => {
    const root = folderWith({ 'run.lock': JSON.stringify(processName(process.pid)) })
    const stop = new AbortController()
    const wait = acquireLock(
      join(root, 'run.lock'),
      (pid) => {
        expect(pid).toBe(process.pid)
        stop.abort()
      },
      stop.signal,
    )
    await expect(wait).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(root)).toEqual(['run.lock'])
  })
})

describe('several processes', () => {
  it('the second waits, told by whom, and has it when the first gives it back', async () => {
    const root = folderWith()
    const [path, go] = [join(root, 'run.lock'), join(root, 'go')]
    const first = new Child(holder, [path, go])
    expect(await first.line()).toBe('has it alone')
    const second = new Child(holder, [path, 'at once'])
    expect(await second.line()).toBe(`waiting ${first.process.pid}`)
    expect(second.waiting).toEqual([])
    writeFileSync(go, '')
    expect(await second.line()).toBe('has it alone')
    await Promise.all([first.end(), second.end()])
    expect(existsSync(path)).toBe(false)
  })

  it('of many who find a dead holder exactly one has it at a time', async () => {
    const root = folderWith()
    const path = join(root, 'run.lock')
    const dead = new Child(holder, [path, 'forever'])
    expect(await dead.line()).toBe('has it alone')
    await dead.kill()
    rmSync(join(root, 'run.lock.holds'))
    const claimants = Array.from({ length: 5 }, () => new Child(holder, [path, 'at once']))
    await Promise.all(claimants.map((child) => child.end()))
    const said = claimants
      .flatMap((child) => child.waiting)
      .filter((line) => line.startsWith('has it'))
    expect(said).toHaveLength(5)
    expect(said.filter((line) => line.includes('TOGETHER'))).toEqual([])
    expect(said.filter((line) => line.includes('after a crash')).length).toBeGreaterThan(0)
    expect(readdirSync(root)).toEqual([])
  })
})
