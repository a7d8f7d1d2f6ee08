// The packages' dist folders: of one state of the sources, also where many starts build while these change; renewed
// when they are gone; a start where they cannot be written; and what becomes of scripts that no build has any more.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { currentProgram } from '../../../../build/program.js'
import { publish } from '../../../../build/publish.js'
import { project } from '../e2e/rig.ts'
import type { Ended } from '../e2e/running.ts'
import { Checkout } from './checkout.ts'

/** A function of a module that a door of base holds, and of one that is a part of several. */
const SOURCE = 'packages/base/src/process/git.ts'
const DOOR = 'packages/base/dist/process/index.js'

function start(checkout: Checkout): Promise<Ended> {
  return project({}).weir(['--help'], {
    launcher: checkout.launcher,
    env: { XDG_CACHE_HOME: checkout.userCache },
  })
}

/** Starts until the program is noted as that of the sources: those that are young are not relied on. */
async function settled(checkout: Checkout): Promise<void> {
  await vi.waitFor(
    async () => {
      await start(checkout)
      expect(readdirSync(checkout.place)).toContain('current.json')
    },
    { timeout: 30_000 },
  )
}

function read(checkout: Checkout, path: string): string {
  return readFileSync(join(checkout.root, path), 'utf8')
}

/** Marks two modules of base with a state, as an editor that saves both would. */
function mark(checkout: Checkout, state: number): void {
  for (const path of [SOURCE, 'packages/base/src/values/errno.ts']) {
    const text = read(checkout, path).replace(/\nglobalThis\.STATE = \d+\n$/, '')
    writeFileSync(join(checkout.root, path), `${text}\nglobalThis.STATE = ${state}\n`)
  }
}

/** The programs whose packages are, script by script, what stands in dist. */
function published(checkout: Checkout): string[] {
  return checkout.programs().filter((name) => {
    const made = join(checkout.place, name, 'packages', 'packages', 'base')
    return readdirSync(made, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .every((file) => {
        const there = join(checkout.root, 'packages/base/dist', file)
        return existsSync(there) && readFileSync(there).equals(readFileSync(join(made, file)))
      })
  })
}

describe('dist', () => {
  it('holds one state of the sources after many starts while they changed', async () => {
    const checkout = new Checkout()
    const starts: Promise<Ended>[] = []
    for (const state of [1, 2, 3, 4]) {
      mark(checkout, state)
      const known = checkout.programs().length
      starts.push(start(checkout))
      // The next state comes when this start has bundled, and is about to publish.
      await vi.waitUntil(() => checkout.programs().length > known, { interval: 1, timeout: 30_000 })
    }
    for (const { code, stderr } of await Promise.all(starts))
      expect([code, stderr]).toEqual([0, ''])
    expect(published(checkout)).toHaveLength(1)
    expect(read(checkout, DOOR)).toContain('STATE = 4')
  })

  it('is left alone by a build whose sources have changed meanwhile', async () => {
    const checkout = new Checkout()
    await start(checkout)
    const [name = ''] = checkout.programs()
    writeFileSync(join(checkout.root, DOOR), 'newer')
    expect(await publish(checkout.root, checkout.place, name, () => false)).toBe('changed')
    expect(read(checkout, DOOR)).toBe('newer')
    expect(await publish(checkout.root, checkout.place, name, () => true)).toBe('published')
    expect(published(checkout)).toEqual([name])
  })

  it('is taken over from a build that was killed while it published', async () => {
    const checkout = new Checkout()
    await start(checkout)
    const [name = ''] = checkout.programs()
    const held = join(checkout.place, 'publishing')
    mkdirSync(held)
    const longAgo = new Date(Date.now() - 60_000)
    utimesSync(held, longAgo, longAgo)
    writeFileSync(join(checkout.root, DOOR), 'half')
    expect(await publish(checkout.root, checkout.place, name, () => true)).toBe('published')
    expect(read(checkout, DOOR)).not.toBe('half')
    expect(checkout.leftovers()).toEqual([])
  })

  it('is mended where a script is gone, or was changed in place', async () => {
    const checkout = new Checkout()
    await settled(checkout)
    const whole = read(checkout, DOOR)
    writeFileSync(join(checkout.root, DOOR), '')
    expect((await start(checkout)).code).toBe(0)
    expect(read(checkout, DOOR)).toBe(whole)
    rmSync(join(checkout.root, 'packages/base/dist'), { recursive: true })
    expect((await start(checkout)).code).toBe(0)
    expect(read(checkout, DOOR)).toBe(whole)
  })

  it('may get types without that a start looks at the sources again', async () => {
    const checkout = new Checkout()
    await settled(checkout)
    const current = () => currentProgram(checkout.root, [checkout.place])
    expect(current()).toBeDefined()
    writeFileSync(join(checkout.root, 'packages/base/dist/new.d.ts'), 'export {}\n')
    expect(current()).toBeDefined()
    rmSync(join(checkout.root, DOOR))
    expect(current()).toBeUndefined()
  })

  it('that cannot be written keeps no program from starting, and is told', async () => {
    const checkout = new Checkout()
    rmSync(join(checkout.root, 'packages/base/dist'), { recursive: true, force: true })
    writeFileSync(join(checkout.root, 'packages/base/dist'), 'in the way')
    const end = await start(checkout)
    expect([end.code, end.stdout]).toEqual([0, expect.stringContaining('bring the pipeline')])
    expect(end.stderr).toContain('warning: the packages of weir cannot be written')
  })
})

describe('a script that no build has any more', () => {
  it('stays for a week after the build that dropped it, and then goes with the next', async () => {
    const checkout = new Checkout()
    await start(checkout)
    const part = join(checkout.root, 'packages/base/dist/parts/old-ABCDEF.js')
    mkdirSync(join(part, '..'), { recursive: true })
    writeFileSync(part, 'export {}\n')
    const days = (count: number): void => {
      const stale = join(checkout.place, 'stale.json')
      const since = JSON.parse(readFileSync(stale, 'utf8')) as Record<string, number>
      const earlier = Object.entries(since).map(([path, time]) => [path, time - count * 86_400_000])
      writeFileSync(stale, JSON.stringify(Object.fromEntries(earlier)))
    }
    const build = async (state: number): Promise<void> => {
      mark(checkout, state)
      await start(checkout)
    }
    await build(1)
    days(6)
    await build(2)
    expect(existsSync(part)).toBe(true)
    days(2)
    await build(3)
    expect(existsSync(part)).toBe(false)
    expect(published(checkout)).toHaveLength(1)
  })
})
