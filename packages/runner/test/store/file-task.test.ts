// One file in one pass: steady while it is hashed, whole in the store, verified when it comes back.
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Digest, sha256 } from '@weir/base'
import { describe, expect, it } from 'vitest'
import { fsPath, readNames } from '../../src/store/byte-path.ts'
import { contentDigest, PIECE } from '../../src/store/file-digest.ts'
import { type FileTask, perform } from '../../src/store/file-task.ts'
import { seenFile } from '../../src/store/hash-file.ts'
import { type LinkKind, objectPath, writeObject } from '../../src/store/object-file.ts'
import { folderWith } from '../project-folder.ts'

const MB = 1 << 20
const never = (): boolean => false

/** A file of three chunks, so that it is asked twice whether to stop; or one of several pieces. */
function large(root: string, size = 3 * MB): string {
  const path = join(root, 'large')
  writeFileSync(path, Buffer.alloc(size, 'weir'))
  return path
}

const digestOf = (result: ReturnType<typeof perform>): Digest | string =>
  typeof result === 'string' ? result : result.sha256

describe('hashing a file', () => {
  it.each([
    0,
    1,
    MB - 1,
    MB,
    MB + 1,
    3 * MB + 7,
    PIECE - 1,
    PIECE,
    PIECE + 1,
    2 * PIECE,
  ])('of %i bytes is hashing its bytes, also into the store', (size) => {
    const root = folderWith()
    const bytes = Buffer.alloc(size, 'weir')
    writeFileSync(join(root, 'a'), bytes)
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    const digest = contentDigest(bytes)
    expect(digestOf(perform({ kind: 'hash', path: join(root, 'a') }, never))).toBe(digest)
    expect(digestOf(perform({ kind: 'hash', path: join(root, 'a'), into }, never))).toBe(digest)
    expect(readFileSync(objectPath(into.folder, digest)).equals(bytes)).toBe(true)
    const task = {
      kind: 'restore',
      path: join(root, 'b'),
      digest,
      exec: false,
      from: into,
    } as const
    expect(perform(task, never)).toBe('restored')
    expect(readFileSync(join(root, 'b')).equals(bytes)).toBe(true)
  })

  it('that tells no size reads it to its end', () => {
    const read = readFileSync('/proc/self/status')
    expect(read.length).toBeGreaterThan(0)
    const result = perform({ kind: 'hash', path: '/proc/version' }, never)
    expect(digestOf(result)).toBe(sha256(readFileSync('/proc/version')))
  })

  it.each([
    ['hash', 3 * MB],
    ['keep', 3 * MB],
    ['hash', 2 * PIECE],
    ['keep', 2 * PIECE],
  ])('(%s, %i bytes) that is written to meanwhile is hashed again', (kind, size) => {
    const root = folderWith()
    const path = large(root, size)
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    let asked = 0
    const task: FileTask = { kind: 'hash', path, ...(kind === 'keep' && { into }) }
    const result = perform(task, () => {
      if (asked++ === 0) appendFileSync(path, 'more')
      return false
    })
    const bytes = readFileSync(path)
    expect(bytes.length).toBe(size + 4)
    expect(digestOf(result)).toBe(contentDigest(bytes))
    if (kind === 'hash') return
    expect(readFileSync(objectPath(into.folder, contentDigest(bytes))).equals(bytes)).toBe(true)
    expect(readdirSync(join(into.folder, 'tmp'))).toEqual([])
  })

  it.each([
    3 * MB,
    PIECE + 1,
  ])('of %i bytes that never stands still is a coded problem, and leaves nothing in the store', (size) => {
    const root = folderWith()
    const path = large(root, size)
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    const touch = (): boolean => {
      appendFileSync(path, '.')
      return false
    }
    expect(() => perform({ kind: 'hash', path, into }, touch)).toThrow(
      expect.objectContaining({ code: 'FILE_CHANGING' }),
    )
    expect(readdirSync(into.folder)).toEqual(['tmp'])
    expect(readdirSync(join(into.folder, 'tmp'))).toEqual([])
  })

  it('that is none is refused, also by who would keep it', () => {
    const root = folderWith()
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    expect(() => perform({ kind: 'hash', path: '/dev/null', into }, never)).toThrow(
      expect.objectContaining({ code: 'NOT_A_FILE' }),
    )
  })

  it.each([
    ['hashed', false],
    ['kept', true],
  ])('that has changed since it was seen is %s as it is now, however large', (_, kept) => {
    const root = folderWith({ a: 'before' })
    const path = join(root, 'a')
    const seen = seenFile(statSync(path))
    const bytes = Buffer.alloc(3 * MB, 'after')
    writeFileSync(path, bytes)
    chmodSync(path, 0o755)
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    const hashed = perform({ kind: 'hash', path, seen, ...(kept && { into }) }, never)
    expect(hashed).toMatchObject({ sha256: sha256(bytes), exec: true })
    expect(existsSync(objectPath(into.folder, sha256(bytes)))).toBe(kept)
  })

  it('stops between two pieces when it is told to, and leaves nothing', () => {
    const root = folderWith()
    const path = large(root)
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    expect(() => perform({ kind: 'hash', path, into }, () => true)).toThrow(
      expect.objectContaining({ code: 'INTERRUPTED' }),
    )
    expect(readdirSync(join(into.folder, 'tmp'))).toEqual([])
  })

  it.each([
    3 * MB,
    2 * PIECE,
  ])('of %i bytes that shrinks to nothing is told as it is then', (size) => {
    const root = folderWith()
    const path = large(root, size)
    let asked = 0
    const result = perform({ kind: 'hash', path }, () => {
      if (asked++ === 0) truncateSync(path, 0)
      return false
    })
    expect(digestOf(result)).toBe(sha256(''))
  })
})

describe('bringing a file back', () => {
  const restored = (
    root: string,
    digest: Digest,
    link: LinkKind,
    { exec = false, at = 'deep/er/file' } = {},
  ): unknown => {
    const from = { folder: join(root, 'cache'), link }
    return perform({ kind: 'restore', path: `${root}/${at}`, digest, exec, from }, never)
  }

  it('makes a file of the user’s own, and folders to it', () => {
    const root = folderWith()
    writeObject(join(root, 'cache'), sha256('text'), 'text')
    expect(restored(root, sha256('text'), 'copy')).toBe('restored')
    const path = join(root, 'deep/er/file')
    expect(readFileSync(path, 'utf8')).toBe('text')
    expect([statSync(path).nlink, statSync(path).mode & 0o777]).toEqual([
      1,
      0o666 & ~process.umask(),
    ])
  })

  it.each([
    'copy',
    'hard',
  ] as const)('(%s) refuses and discards an object that is not what its name says', (link) => {
    const root = folderWith()
    const digest = sha256('text')
    writeObject(join(root, 'cache'), digest, 'spoilt')
    expect(restored(root, digest, link)).toBe('corrupt')
    expect(readdirSync(join(root, 'deep/er'))).toEqual([])
    expect(restored(root, digest, link)).toBe('absent')
  })

  it.each([
    'copy',
    'hard',
  ] as const)('(%s) of a large file finds a byte that changed in its last piece', (link) => {
    const root = folderWith()
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    const digest = digestOf(perform({ kind: 'hash', path: large(root, PIECE + 9), into }, never))
    const object = objectPath(into.folder, digest)
    chmodSync(object, 0o644)
    const bytes = readFileSync(object)
    bytes[PIECE + 8] = 0
    writeFileSync(object, bytes)
    expect(restored(root, digest as Digest, link)).toBe('corrupt')
    expect(readdirSync(join(root, 'deep/er'))).toEqual([])
  })

  it('with hard links shares the object; an executable is a copy all the same', () => {
    const root = folderWith()
    const digest = sha256('text')
    writeObject(join(root, 'cache'), digest, 'text')
    expect(restored(root, digest, 'hard')).toBe('restored')
    const path = join(root, 'deep/er/file')
    expect([statSync(path).nlink, statSync(path).mode & 0o222]).toEqual([2, 0])
    rmSync(path)
    expect(restored(root, digest, 'hard', { exec: true })).toBe('restored')
    expect(statSync(path).nlink).toBe(1)
    expect(statSync(objectPath(join(root, 'cache'), digest)).mode & 0o111).toBe(0)
  })

  it.each(['copy', 'hard'] as const)('(%s) makes folders whose names are not UTF-8', (link) => {
    const root = folderWith()
    const digest = sha256('text')
    writeObject(join(root, 'cache'), digest, 'text')
    const at = 'deep/caf\udce9/file'
    expect(restored(root, digest, link, { at })).toBe('restored')
    expect(readNames(join(root, 'deep'))).toEqual(['caf\udce9'])
    expect(statSync(fsPath(`${root}/${at}`)).nlink).toBe(link === 'hard' ? 2 : 1)
  })
})

describe('an object by hard links', () => {
  const kept = (root: string, name: string): Digest | string =>
    digestOf(
      perform(
        {
          kind: 'hash',
          path: join(root, name),
          into: { folder: join(root, 'cache'), link: 'hard' },
        },
        never,
      ),
    )

  it('is the file itself, read-only, also the second time', () => {
    const root = folderWith({ a: 'text' })
    for (let again = 0; again < 2; again++) {
      const digest = kept(root, 'a')
      const object = objectPath(join(root, 'cache'), digest)
      expect(statSync(object).ino).toBe(statSync(join(root, 'a')).ino)
      expect(statSync(object).mode & 0o222).toBe(0)
      expect(readdirSync(join(root, 'cache/tmp'))).toEqual([])
    }
  })

  it('is a copy of what a link leads to, and of an executable', () => {
    const root = folderWith({ far: 'far', tool: '#!' })
    symlinkSync('far', join(root, 'link'))
    chmodSync(join(root, 'tool'), 0o755)
    for (const name of ['link', 'tool']) {
      const object = objectPath(join(root, 'cache'), kept(root, name))
      expect(statSync(object).nlink).toBe(1)
      expect(statSync(join(root, name)).mode & 0o200).toBe(0o200)
    }
  })

  it('that an output of before shares is parted from it by a store that copies', () => {
    const root = folderWith({ a: 'text' })
    const object = objectPath(join(root, 'cache'), sha256('text'))
    mkdirSync(join(object, '..'), { recursive: true })
    linkSync(join(root, 'a'), object)
    const into = { folder: join(root, 'cache'), link: 'copy' } as const
    perform({ kind: 'hash', path: join(root, 'a'), into }, never)
    writeFileSync(join(root, 'a'), 'evil')
    expect(readFileSync(object, 'utf8')).toBe('text')
  })
})
