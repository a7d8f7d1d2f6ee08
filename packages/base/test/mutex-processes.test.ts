// The mutex between real processes: one holder at a time, however many contend, and whichever of them are killed.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { folderWith } from '../../runner/test/project-folder.ts'
import { lookAtMutex, removeMutex } from '../src/mutex/mutex-folder.ts'
import { CONTAINER, NEEDS_CONTAINER } from './containers.ts'
import { Child, program } from './processes.ts'

/** Takes the mutex, says so, holds it until its standing order file appears, looking whether anybody else holds it. */
const HOLDER = `
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeMutex } from '@weir/base/mutex'
const [path, until] = process.argv.slice(2)
const waiting = ({ kind, holder, life }) => console.log('waiting', kind, holder.pid, life)
const mutex = await takeMutex(path, { what: 'test', waiting })
const alone = !existsSync(path + '-holds')
writeFileSync(path + '-holds', '')
console.log('has it ' + (alone ? 'alone' : 'TOGETHER') + (mutex.afterCrash ? ' after a crash' : ''))
if (until === 'forever') await sleep(1e9)
while (until !== 'at once' && !existsSync(until)) await sleep(10)
rmSync(path + '-holds', { force: true })
mutex.release()
`

/**
 * Takes the mutex over and over. While it holds it, a file that only one process can make is there: one that is there
 * already must be of a process that was killed, and such a one never comes back. Says a line each time.
 */
const CONTENDER = `
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { lifeOf, ownSight } from '@weir/base/process'
import { takeMutex } from '@weir/base/mutex'
const [path] = process.argv.slice(2)
const mark = path + '-holds'
const me = JSON.stringify(ownSight().self)
function enter() {
  try {
    writeFileSync(mark, me, { flag: 'wx' })
  } catch {
    const other = readFileSync(mark, 'utf8')
    if (other !== '' && lifeOf(JSON.parse(other)) !== 'gone') return 'TOGETHER'
    writeFileSync(mark, me)
  }
  return 'alone'
}
for (;;) {
  const mutex = await takeMutex(path, { what: 'test' })
  const how = enter()
  if (readFileSync(mark, 'utf8') !== me) console.log('TOGETHER')
  rmSync(mark)
  const ours = mutex.isHeld()
  mutex.release()
  console.log(ours ? how : 'LOST')
}
`

let holder: string
let contender: string
beforeAll(async () => {
  holder = await program('node_modules/.cache/weir-base-test', 'holder', HOLDER)
  contender = await program('node_modules/.cache/weir-base-test', 'contender', CONTENDER)
})

describe('several processes', () => {
  it('the second waits, told by whom, and has it when the first gives it back', async () => {
    const root = folderWith()
    const [path, go] = [join(root, 'mutex'), join(root, 'go')]
    const first = new Child(holder, [path, go])
    expect(await first.line()).toBe('has it alone')
    const second = new Child(holder, [path, 'at once'])
    expect(await second.line()).toBe(`waiting held ${first.process.pid} alive`)
    expect(second.waiting).toEqual([])
    writeFileSync(go, '')
    expect(await second.line()).toBe('has it alone')
    await Promise.all([first.end(), second.end()])
    expect(existsSync(path)).toBe(false)
  })

  it('of many who find a dead holder exactly one has it at a time', async () => {
    const root = folderWith()
    const path = join(root, 'mutex')
    const dead = new Child(holder, [path, 'forever'])
    expect(await dead.line()).toBe('has it alone')
    await dead.kill()
    rmSync(`${path}-holds`)
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

  it('forty of them, each killed in the middle of its work, are never in it together', async () => {
    const root = folderWith()
    const path = join(root, 'mutex')
    const contenders = Array.from({ length: 4 }, () => new Child(contender, [path]))
    const said: string[] = []
    for (let kill = 0; kill < 40; kill++) {
      const place = kill % contenders.length
      const child = contenders[place]!
      // Its work goes on while its line comes here: the kill hits it anywhere.
      said.push(await child.line())
      await child.kill()
      said.push(...child.waiting)
      contenders[place] = new Child(contender, [path])
    }
    for (const child of contenders) said.push(await child.line())
    await Promise.all(contenders.map((child) => child.kill()))
    expect(said.length).toBeGreaterThanOrEqual(44)
    expect(said.filter((line) => line !== 'alone')).toEqual([])
    const last = new Child(holder, [path, 'at once'])
    expect(await last.line()).toMatch(/^has it/)
    await last.end()
    expect(readdirSync(root)).toEqual([])
  })
})

describe.skipIf(!CONTAINER)(`two containers with one host name${NEEDS_CONTAINER}`, () => {
  it('exclude each other, also when the holder has died, until a person removes its mutex', async () => {
    const root = folderWith()
    const path = join(root, 'mutex')
    const first = new Child(holder, [path, 'forever'], CONTAINER)
    expect(await first.line()).toBe('has it alone')
    await first.kill()
    rmSync(`${path}-holds`)
    const second = new Child(holder, [path, 'at once'], CONTAINER)
    expect(await second.line()).toBe('waiting held 1 unknown')
    const found = lookAtMutex(path)
    if (found.kind !== 'free') removeMutex(path, found)
    expect(await second.line()).toBe('has it alone after a crash')
    await second.end()
    expect(readdirSync(root)).toEqual([])
  })
})
