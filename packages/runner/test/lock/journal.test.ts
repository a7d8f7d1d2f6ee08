// The journal of the lock: what is in force while it goes on, after it was killed, and after it could not write the lock.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diskFiles } from '@weir/base/files'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { soleInstance } from '../../src/config/instance.ts'
import { type Change, changesIn, createLockJournal } from '../../src/store/lock-journal.ts'
import { folderWith } from '../project-folder.ts'
import { begun, entriesOf, entry, namesOf, opened, textOf, writeEntries } from './locks.ts'

const journal = (root: string, run = 'run'): string => join(root, '.weir/journal', `${run}.jsonl`)

/** Counts how often pipeline.lock is put into place. */
function countingFiles(): { files: typeof diskFiles; locks: () => number } {
  let locks = 0
  const files = {
    ...diskFiles,
    rename(from: string, to: string) {
      if (to.endsWith('pipeline.lock')) locks++
      diskFiles.rename(from, to)
    },
  }
  return { files, locks: () => locks }
}

describe('while a run goes on', () => {
  it('an entry is in force for every reader when it is set, though the file is as before', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a'), b: entry('b') })
    const text = textOf(root)
    const lock = begun(root)
    lock.set(soleInstance('a'), entry('new'))
    expect(lock.get(soleInstance('a'))).toEqual(entry('new'))
    expect(entriesOf(opened(root))).toEqual({ a: entry('new'), b: entry('b') })
    expect(textOf(root)).toBe(text)
    lock.end()
    expect(entriesOf(opened(root))).toEqual({ a: entry('new'), b: entry('b') })
    expect(existsSync(journal(root))).toBe(false)
  })

  it('an entry is out of force while its stage runs, and back in force after it failed', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a'), b: entry('b') })
    const text = textOf(root)
    const lock = begun(root)
    lock.suspend(soleInstance('a'))
    expect([
      lock.get(soleInstance('a')),
      namesOf(lock),
      opened(root).get(soleInstance('a')),
    ]).toEqual([undefined, ['b'], undefined])
    lock.resume(soleInstance('a'))
    expect(
      [lock.get(soleInstance('a')), opened(root).get(soleInstance('a'))].map((one) => one?.outs),
    ).toEqual([entry('a').outs, entry('a').outs])
    lock.end()
    expect(textOf(root)).toBe(text)
  })

  it('the old entry is in force after an end that found the stage still running', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a') })
    const lock = begun(root)
    lock.suspend(soleInstance('a'))
    lock.end()
    expect(entriesOf(opened(root))).toEqual({ a: entry('a') })
  })

  it('is begun before it is changed', () => {
    const lock = opened(folderWith())
    expect(() => lock.set(soleInstance('a'), entry('a'))).toThrow(/begun/)
  })

  it('a run that changes nothing writes nothing', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a') })
    const before = readdirSync(root, { recursive: true }).sort()
    const { files, locks } = countingFiles()
    const lock = begun(root, 'idle', files)
    lock.get(soleInstance('a'))
    lock.end()
    expect([locks(), readdirSync(root, { recursive: true }).sort()]).toEqual([0, before])
  })
})

describe('the file', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is written at most once a second, and at the end', () => {
    const root = folderWith()
    const { files, locks } = countingFiles()
    const lock = begun(root, 'run', files)
    for (let i = 0; i < 500; i++) lock.set(soleInstance(`s${i}`), entry(`${i}`))
    expect(locks()).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(locks()).toBe(1)
    vi.advanceTimersByTime(10_000)
    expect(locks()).toBe(1)
    for (let i = 0; i < 20; i++) {
      lock.set(soleInstance(`t${i}`), entry(`${i}`))
      vi.advanceTimersByTime(250)
    }
    expect(locks()).toBe(6)
    lock.end()
    expect(namesOf(opened(root))).toHaveLength(520)
    vi.advanceTimersByTime(10_000)
    expect(locks()).toBe(6)
  })

  it('is not written once the mutex is lost; the journal has what was set before', () => {
    const root = folderWith()
    writeEntries(root, { b: entry('of another run') })
    const other = textOf(root)
    let held = true
    const lock = opened(root)
    lock.begin('run', () => held)
    lock.set(soleInstance('a'), entry('a'))
    held = false
    vi.advanceTimersByTime(10_000)
    lock.end()
    expect(textOf(root)).toBe(other)
    expect(entriesOf(opened(root))).toEqual({ a: entry('a'), b: entry('of another run') })
  })

  it('ends also where the run that took over has folded its journal in', () => {
    const root = folderWith()
    const one = opened(root)
    let held = true
    one.begin('one', () => held)
    one.set(soleInstance('a'), entry('a'))
    held = false
    const two = begun(root, 'two')
    one.end()
    two.end()
    expect(namesOf(opened(root))).toEqual(['a'])
  })

  it('that cannot be written meanwhile is written at the end', () => {
    const root = folderWith()
    let full = true
    const files = {
      ...diskFiles,
      rename(from: string, to: string) {
        if (full) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
        diskFiles.rename(from, to)
      },
    }
    const lock = begun(root, 'run', files)
    lock.set(soleInstance('a'), entry('a'))
    vi.advanceTimersByTime(1000)
    expect(existsSync(join(root, 'pipeline.lock'))).toBe(false)
    full = false
    lock.end()
    expect(entriesOf(opened(root))).toEqual({ a: entry('a') })
  })
})

describe('after a run that was killed', () => {
  it('a reader sees what it had recorded and changes nothing; the next run folds it in', () => {
    const root = folderWith()
    writeEntries(root, { a: entry('a'), b: entry('b'), c: entry('c') })
    const lock = begun(root, 'killed')
    lock.set(soleInstance('a'), entry('new'))
    lock.suspend(soleInstance('b'))
    const state = { a: entry('new'), c: entry('c') }
    const text = textOf(root)
    expect(entriesOf(opened(root))).toEqual(state)
    expect([textOf(root), existsSync(journal(root, 'killed'))]).toEqual([text, true])
    const next = begun(root, 'next')
    expect(entriesOf(next)).toEqual(state)
    expect([readdirSync(join(root, '.weir/journal')), textOf(root).includes('"b"')]).toEqual([
      [],
      false,
    ])
    next.end()
    expect(entriesOf(opened(root))).toEqual(state)
  })

  it('property: cut off at any byte, its journal gives the changes that were whole', () => {
    const root = folderWith()
    const lock = begun(root, 'killed')
    lock.set(soleInstance('a'), entry('a'))
    lock.set(soleInstance('b'), entry('b'))
    lock.suspend(soleInstance('a'))
    lock.set(soleInstance('a'), entry('new'))
    const bytes = readFileSync(journal(root, 'killed'))
    const states = [{}, { a: entry('a') }, { a: entry('a'), b: entry('b') }, { b: entry('b') }]
    const last = { a: entry('new'), b: entry('b') }
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
        writeFileSync(journal(root, 'killed'), bytes.subarray(0, length))
        // A line counts from its last character on, also without the line end behind it.
        const whole = ends.filter((end) => end <= length).length
        expect(entriesOf(opened(root))).toEqual([...states, last][whole])
      }),
      { numRuns: 300 },
    )
  })

  it('rubbish where the journals are is no journal, and goes', () => {
    const root = folderWith({ '.weir/journal/folder.jsonl/x': '', '.weir/journal/note': '' })
    expect(namesOf(opened(root))).toEqual([])
    writeEntries(root, { a: entry('a') })
    expect(readdirSync(join(root, '.weir/journal'))).toEqual(['note'])
    const other = folderWith({ '.weir/journal': 'a file' })
    writeEntries(other, { a: entry('a') })
    expect(namesOf(opened(other))).toEqual(['a'])
  })

  it('a line that was changed, or is of another version, is left out', () => {
    const root = folderWith()
    const lock = begun(root, 'killed')
    lock.set(soleInstance('a'), entry('a'))
    lock.set(soleInstance('b'), entry('b'))
    const path = journal(root, 'killed')
    const [first = '', second = ''] = readFileSync(path, 'utf8').split('\n')
    writeFileSync(path, `${first.replace('out.txt', 'other')}\n${second}\nno line\n\n{}\n`)
    expect(entriesOf(opened(root))).toEqual({ b: entry('b') })
  })
})

describe('changes', () => {
  it('a line after one that a full disk has torn is whole again', () => {
    const folder = folderWith()
    let room = true
    const files = {
      ...diskFiles,
      write(file: number, content: string | Uint8Array) {
        if (room) return diskFiles.write(file, content)
        diskFiles.write(file, String(content).slice(0, 50))
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
      },
    }
    const log = createLockJournal(folder, 'r', files)
    const [one, two, three]: Change[] = ['a', 'b', 'c'].map((set) => ({ set, block: 'text' }))
    log.append(one!)
    room = false
    expect(() => log.append(two!)).toThrow('ENOSPC')
    room = true
    log.append(three!)
    expect(changesIn(readFileSync(join(folder, 'r.jsonl'), 'utf8'))).toEqual([one, three])
    log.remove()
    expect(readdirSync(folder)).toEqual([])
  })
})
