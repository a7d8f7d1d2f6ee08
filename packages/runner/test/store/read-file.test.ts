// A large file that is read by several: here helpers work inside of the owner's call for help, so that what each of
// them does is known.
import { closeSync, fstatSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contentDigest, PIECE } from '../../src/store/file-digest.ts'
import {
  helpWith,
  leave,
  type OpenFile,
  piecesLeft,
  readFile,
  type Share,
} from '../../src/store/read-file.ts'
import { folderWith } from '../project-folder.ts'

const never = (): boolean => false

/** A file that is open, with a file for its copy. */
function opened(root: string, bytes: Buffer): OpenFile & { readonly copy: number } {
  writeFileSync(join(root, 'a'), bytes)
  const [file, copy] = [openSync(join(root, 'a'), 'r'), openSync(join(root, 'copy'), 'w')]
  onTestFinished(() => {
    closeSync(file)
    closeSync(copy)
  })
  return { file, copy, size: fstatSync(file).size }
}

/** Content of which each piece differs. */
function content(size: number): Buffer {
  const bytes = Buffer.alloc(size, 'weir')
  for (let at = 0; at < size; at += PIECE) bytes[at] = at / PIECE
  return bytes
}

/** Helps until it has been asked for other work so many times. */
function help(share: Share, pieces: number, isStopped = never): void {
  let asked = 0
  helpWith(share, 1, { isStopped, isWanted: () => asked++ >= pieces })
}

describe('a shared file', () => {
  it.each([
    PIECE + 1,
    2 * PIECE,
    3 * PIECE,
    3 * PIECE + 5,
  ])('of %i bytes is digested and copied whole, whoever reads which piece', (size) => {
    const root = folderWith()
    const bytes = content(size)
    const open = opened(root, bytes)
    const pieces = Math.ceil(size / PIECE)
    for (let helped = 0; helped <= pieces; helped++) {
      const left: number[] = []
      const share = (it: Share): void => {
        help(it, helped)
        left.push(piecesLeft(it))
      }
      truncateSync(join(root, 'copy'))
      expect(readFile(open, { isStopped: never, share }, open.copy)).toBe(contentDigest(bytes))
      expect(left).toEqual([pieces - helped])
      expect(readFileSync(join(root, 'copy')).equals(bytes)).toBe(true)
    }
    expect(readFile(open, { isStopped: never }, open.copy)).toBe(contentDigest(bytes))
  })

  it('property: helpers that come, go, fail or die change nothing', () => {
    const root = folderWith()
    const bytes = content(4 * PIECE + 1)
    const open = opened(root, bytes)
    const digest = contentDigest(bytes)
    const visits = {
      helps: (share: Share) => help(share, 1),
      'cannot read': (share: Share) => help({ ...share, file: 1 << 20 }, 1),
      'cannot write': (share: Share) => help({ ...share, copy: 1 << 20 }, 1),
      'is stopped': (share: Share) => help(share, 1, () => true),
      dies: (share: Share) => {
        Atomics.store(share.control, 1, 1)
        Atomics.add(share.control, 0, 1)
        leave(share, 1)
      },
    }
    const names = Object.keys(visits) as (keyof typeof visits)[]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 7 }), (plan) => {
        truncateSync(join(root, 'copy'))
        const share = (it: Share): void => {
          for (const name of plan) visits[name](it)
        }
        expect(readFile(open, { isStopped: never, share }, open.copy)).toBe(digest)
        expect(readFileSync(join(root, 'copy')).equals(bytes)).toBe(true)
      }),
      { numRuns: 15, examples: [[names], [['dies', 'dies', 'dies', 'dies', 'dies', 'dies']]] },
    )
  })

  it('is let alone by a helper that comes when the owner is done, also with an error', () => {
    const open = opened(folderWith(), content(2 * PIECE))
    const shares: Share[] = []
    const share = (it: Share): void => void shares.push(it)
    readFile(open, { isStopped: never, share }, open.copy)
    expect(() => readFile(open, { isStopped: () => true, share }, open.copy)).toThrow(
      expect.objectContaining({ code: 'INTERRUPTED' }),
    )
    expect(() => readFile(open, { isStopped: never, share }, 1 << 20)).toThrow(
      expect.objectContaining({ code: 'EBADF' }),
    )
    expect(shares.map(piecesLeft)).toEqual([0, 0, 0])
    const touched = (): boolean => {
      throw new Error('a late helper took a piece')
    }
    for (const late of shares) {
      const before = [...late.done]
      helpWith(late, 1, { isStopped: touched, isWanted: never })
      expect([...late.done]).toEqual(before)
    }
  })

  it('is read to its size and no further, and to its end if that comes first', () => {
    const root = folderWith()
    const bytes = content(3 * PIECE)
    const open = opened(root, bytes)
    const less = { ...open, size: 2 * PIECE + 7 }
    expect(readFile(less, { isStopped: never }, open.copy)).toBe(
      contentDigest(bytes.subarray(0, less.size)),
    )
    expect(fstatSync(open.copy).size).toBe(less.size)
    truncateSync(join(root, 'a'), PIECE)
    expect(readFile(open, { isStopped: never }, open.copy)).not.toBe(contentDigest(bytes))
  })

  it('of any size takes little memory: it is shared a part at a time', () => {
    const root = folderWith()
    const open = opened(root, Buffer.alloc(0))
    const size = 2 ** 52
    truncateSync(join(root, 'a'), 2 ** 40)
    let shared = 0
    const share = (it: Share): void => {
      shared += it.digests.byteLength + it.done.byteLength + it.control.byteLength
    }
    expect(() => readFile({ ...open, size }, { isStopped: () => true, share })).toThrow(
      'interrupted',
    )
    expect(shared).toBeLessThan(1 << 18)
  })
})
