// What is durable: an entry that was set survives the death of the process, whatever operation it dies at; one that was
// synced survives a power cut; a full or broken disk loses none, and lets no entry appear that was not set.

import type { Files } from '@weir/base/files'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { soleInstance } from '../../src/config/instance.ts'
import type { LockEntry, LockFile } from '../../src/store/lock-file.ts'
import {
  errnoError,
  type Keep,
  MemoryFiles,
  type Operation,
  watched,
} from '../store/memory-files.ts'
import { begun, entriesOf, entry, opened } from './locks.ts'

const ROOT = '/p'
type Entries = Record<string, LockEntry>

/** A project with a lock on the disk, and the journal of a run that was killed after it. */
function prepared(): MemoryFiles {
  const files = new MemoryFiles()
  files.makeFolder(ROOT)
  const first = begun(ROOT, 'first', files)
  for (const name of ['a', 'b', 'c']) first.set(soleInstance(name), entry(`old ${name}`))
  first.end()
  begun(ROOT, 'killed', files).set(soleInstance('c'), entry('killed c'))
  return files.afterPowerCut(() => true)
}

/** What a run has been told of its entries, as it goes on. */
interface Course {
  /** Entries that were acknowledged. */
  now: Entries
  /** Stages that run. */
  readonly running: Set<string>
  /** The process is dead: whatever the code catches, nothing follows. */
  dead: boolean
  /** For each stage every entry that it had since the last sync; undefined for none in force. */
  since: Map<string, (LockEntry | undefined)[]>
}

const START: Entries = {
  a: entry('old a'),
  b: entry('old b'),
  c: entry('killed c'),
}

function newCourse(): Course {
  const since = new Map(Object.entries(START).map(([name, one]) => [name, [one]]))
  since.get('c')?.push(entry('old c'))
  return { now: { ...START }, running: new Set(), dead: false, since: since as Course['since'] }
}

/** The end of this process: nothing that follows happens. */
class Death extends Error {}

/** Does a part of a run; false where it fails as the runner would have it fail. */
function tried(course: Course, part: () => void): boolean {
  let done = true
  try {
    part()
  } catch {
    done = false
  }
  if (course.dead) throw new Death()
  return done
}

function note(course: Course, stage: string, one: LockEntry | undefined): void {
  course.since.set(stage, [...(course.since.get(stage) ?? [undefined]), one])
}

function runStage(lock: LockFile, course: Course, stage: string, result?: LockEntry): void {
  course.running.add(stage)
  note(course, stage, undefined)
  if (result) note(course, stage, result)
  const ran =
    tried(course, () => lock.suspend(soleInstance(stage))) &&
    result !== undefined &&
    tried(course, () => {
      lock.set(soleInstance(stage), result)
      course.now = { ...course.now, [stage]: result }
    })
  if (!ran) tried(course, () => lock.resume(soleInstance(stage)))
  if (!ran) note(course, stage, course.now[stage])
  course.running.delete(stage)
}

function synced(course: Course): void {
  course.since = new Map(Object.entries(course.now).map(([name, one]) => [name, [one]]))
}

/** A run of a few stages over a second; two are set, one fails, one is new. */
function scenario(files: Files, course: Course): void {
  let lock: LockFile | undefined
  tried(course, () => {
    lock = begun(ROOT, 'run', files)
    synced(course)
  })
  // A run that could not begin is refused.
  if (!lock) return
  const run = lock
  runStage(run, course, 'a', entry('new a'))
  runStage(run, course, 'b')
  tried(course, () => vi.advanceTimersByTime(1000))
  runStage(run, course, 'c', entry('new c'))
  runStage(run, course, 'd', entry('new d'))
  if (tried(course, () => run.end())) synced(course)
}

/** Runs the scenario with something done before each operation; how many there were. */
function play(
  files: MemoryFiles,
  course: Course,
  at: (count: number, operation: Operation, half: () => void) => void,
): number {
  let operations = 0
  const hooked = watched(files, (count, operation, half) => {
    operations = count + 1
    at(count, operation, half)
  })
  try {
    scenario(hooked, course)
  } catch (error) {
    if (!(error instanceof Death)) throw error
  }
  vi.clearAllTimers()
  return operations
}

const OPERATIONS = (() => {
  vi.useFakeTimers()
  const count = play(prepared(), newCourse(), () => undefined)
  vi.useRealTimers()
  return count
})()

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Dies before the n-th operation. */
function dieAt(n: number, files: MemoryFiles, course: Course): void {
  play(files, course, (count) => {
    if (count < n) return
    course.dead = true
    throw new Death()
  })
}

/** The next run folds in what was left; what it then holds. */
function nextRun(files: MemoryFiles): Entries {
  const lock = begun(ROOT, 'next', files)
  lock.end()
  expect(files.list('/p/.weir/journal')).toEqual([])
  expect(entriesOf(lock)).toEqual(entriesOf(opened(ROOT, files)))
  return entriesOf(lock)
}

describe('the scenario', () => {
  it('undisturbed sets what it should, and has many operations', () => {
    const files = prepared()
    play(files, newCourse(), () => undefined)
    expect(entriesOf(opened(ROOT, files))).toEqual({
      a: entry('new a'),
      b: entry('old b'),
      c: entry('new c'),
      d: entry('new d'),
    })
    expect(OPERATIONS).toBeGreaterThan(40)
  })
})

describe('the death of the process', () => {
  it('at any operation: what was set is there, what was running is not in force', () => {
    for (let n = 0; n < OPERATIONS; n++) {
      const [files, course] = [prepared(), newCourse()]
      dieAt(n, files, course)
      const expected = Object.entries(course.now).filter(([name]) => !course.running.has(name))
      const seen = entriesOf(opened(ROOT, files))
      // An entry goes out of force with the operation after which the process died, or has not yet.
      const late = Object.keys(seen).filter((name) => course.running.has(name))
      for (const name of late) expect(course.since.get(name), `${n}`).toContainEqual(seen[name])
      expect(
        Object.fromEntries(Object.entries(seen).filter(([name]) => !late.includes(name))),
        `${n}`,
      ).toEqual(Object.fromEntries(expected))
      expect(nextRun(files), `${n}`).toEqual(seen)
    }
  })
})

describe('a power cut', () => {
  const seeds = Array.from({ length: 12 }, (_, seed) => seed)
  const random = (seed: number): Keep => {
    let state = seed * 2654435761 + 1
    return () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
      return (state & 0x10000) !== 0
    }
  }
  const losses: [string, () => Keep][] = [
    ['all that was not synced', () => () => false],
    ['contents, but no names', () => (what) => what === 'name'],
    ['names, but no contents', () => (what) => what === 'content'],
    ...seeds.map((seed): [string, () => Keep] => [`this and that (${seed})`, () => random(seed)]),
  ]

  it.each(
    losses,
  )('that loses %s, at any operation: each entry is one since the last sync', (_, keep) => {
    for (let n = 0; n <= OPERATIONS; n++) {
      const [files, course] = [prepared(), newCourse()]
      dieAt(n, files, course)
      const after = files.afterPowerCut(keep())
      const seen = entriesOf(opened(ROOT, after))
      for (const [name, values] of course.since)
        expect(values, `operation ${n}, stage ${name}`).toContainEqual(seen[name])
      for (const name of Object.keys(seen)) expect([...course.since.keys()]).toContain(name)
      expect(nextRun(after), `operation ${n}`).toEqual(seen)
    }
  })
})

describe('a disk', () => {
  const roomless: Operation[] = ['makeFolder', 'open', 'write', 'sync']
  const times: [string, (count: number, n: number) => boolean][] = [
    ['once', (count, n) => count === n],
    ['from then on', (count, n) => count >= n],
  ]

  it.each(
    times,
  )('that is full at any operation, %s: what was set is there, and nothing else', (_, fails) => {
    for (let n = 0; n < OPERATIONS; n++) {
      const [files, course] = [prepared(), newCourse()]
      play(files, course, (count, operation, half) => {
        if (!fails(count, n) || !roomless.includes(operation)) return
        half()
        throw errnoError('ENOSPC', operation)
      })
      expect(entriesOf(opened(ROOT, files)), `operation ${n}`).toEqual(course.now)
      expect(nextRun(files), `operation ${n}`).toEqual(course.now)
    }
  })

  it.each(
    times,
  )('that fails at any operation, %s: no entry is wrong, and none that was set is lost', (_, fails) => {
    for (let n = 0; n < OPERATIONS; n++) {
      const [files, course] = [prepared(), newCourse()]
      play(files, course, (count, operation, half) => {
        if (!fails(count, n)) return
        half()
        throw errnoError('EIO', operation)
      })
      const seen = entriesOf(opened(ROOT, files))
      for (const [name, one] of Object.entries(seen))
        expect(one, `operation ${n}, stage ${name}`).toEqual(course.now[name])
      // A stage that failed on a broken disk may be out of force: then it runs again.
      const lost = Object.keys(course.now).filter((name) => !(name in seen))
      for (const name of lost) expect(course.now[name], `operation ${n}`).toEqual(START[name])
      expect(nextRun(files), `operation ${n}`).toEqual(seen)
    }
  })
})
