// A watched folder: notices of changes, also after it was replaced, and a poll for where there are none.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchFolder } from '../src/watch.ts'
import { scratch } from './rig.ts'

const NEVER = 3_600_000

let folder: string
let stop: () => void
let calls: number
let heard: () => void
beforeEach(() => {
  folder = join(scratch(), 'models')
  calls = 0
  heard = () => {}
})
afterEach(() => stop())

function watch(pollMs: number): void {
  stop = watchFolder(
    folder,
    () => {
      calls++
      heard()
    },
    pollMs,
  )
}

/** Resolves at the next call; the test's timeout is the limit. */
const nextCall = () =>
  new Promise<void>((resolve) => {
    heard = resolve
  })

describe('a watched folder', () => {
  it('tells of a change without a poll, once for a burst', async () => {
    mkdirSync(folder)
    watch(NEVER)
    const call = nextCall()
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), name)
    await call
    expect(calls).toBe(1)
  })

  it('that is missing is looked at all the same, and watched once it appears', async () => {
    watch(10)
    await nextCall()
    mkdirSync(folder)
    await nextCall()
    await nextCall()
    const before = calls
    writeFileSync(join(folder, 'a'), 'a')
    await nextCall()
    expect(calls).toBeGreaterThan(before)
  })

  it('that is replaced is watched in its new place', async () => {
    mkdirSync(folder)
    watch(200)
    renameSync(folder, `${folder}.old`)
    mkdirSync(folder)
    // The poll after the change finds the new folder; from then on notices are enough.
    await nextCall()
    await nextCall()
    const began = performance.now()
    writeFileSync(join(folder, 'a'), 'a')
    await nextCall()
    expect(performance.now() - began).toBeLessThan(190)
  })

  it('is left alone after stop', async () => {
    mkdirSync(folder)
    watch(5)
    await nextCall()
    stop()
    const before = calls
    writeFileSync(join(folder, 'a'), 'a')
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(calls).toBe(before)
  })
})
