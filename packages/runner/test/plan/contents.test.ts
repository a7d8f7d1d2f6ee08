// Contents in keys and in the lock: a folder is never a file, and the mode of a file counts where it is executed.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestOfKey, isAsRecorded, keyDigest, recorded } from '../../src/plan/contents.ts'
import type { Content } from '../../src/store/content.ts'
import type { RecordedOut } from '../../src/store/lock-entry.ts'
import { digestOf } from '../key/documents.ts'

const digest = fc.string({ maxLength: 2 }).map(digestOf)
const out: fc.Arbitrary<RecordedOut> = fc.oneof(
  fc.record({ kind: fc.constant('file' as const), sha256: digest, size: fc.nat(3) }),
  fc.record({
    kind: fc.constant('file' as const),
    sha256: digest,
    size: fc.nat(3),
    exec: fc.constant(true as const),
  }),
  fc.record({ kind: fc.constant('dir' as const), sha256: digest, size: fc.nat(3) }),
  fc.record({ kind: fc.constant('reference' as const), sha256: digest }),
)

describe('the digest of a content in a key', () => {
  it('property: says of what kind and which content it is', () => {
    fc.assert(
      fc.property(out, (one) => {
        expect(digestOfKey(keyDigest(one))).toEqual({
          kind: one.kind === 'dir' ? 'dir' : 'file',
          digest: one.sha256,
        })
      }),
    )
  })

  it('property: is that of another content only where both are files, or both folders, of the same bytes', () => {
    fc.assert(
      fc.property(out, out, (a, b) => {
        const same = (a.kind === 'dir') === (b.kind === 'dir') && a.sha256 === b.sha256
        expect(keyDigest(a) === keyDigest(b)).toBe(same)
      }),
    )
  })
})

describe('an output is as it was recorded', () => {
  it('property: where kind, bytes and the right to execute it are, whatever else is said of it', () => {
    fc.assert(
      fc.property(out, out, (is, was) => {
        const exec = (one: RecordedOut) => 'exec' in one && one.exec === true
        expect(isAsRecorded(is, was)).toBe(
          is.kind === was.kind && is.sha256 === was.sha256 && exec(is) === exec(was),
        )
        expect(isAsRecorded(undefined, was)).toBe(false)
      }),
    )
  })
})

describe('what the lock records', () => {
  it('of a file is its size, and that it may be executed where it may', () => {
    const file = { kind: 'file', sha256: digestOf('x'), size: 1 } as const
    expect(recorded(file)).toEqual(file)
    expect(recorded({ ...file, exec: true })).toEqual({ ...file, exec: true })
  })

  it('of a folder is the number of its files, and not their list', () => {
    const files = ['a', 'b'].map((path) => ({ path, sha256: digestOf(path), size: 1 }))
    const folder = { kind: 'dir', sha256: digestOf('list'), size: 2 } as const
    expect(recorded({ ...folder, files } as unknown as Content)).toEqual({ ...folder, nfiles: 2 })
  })
})
