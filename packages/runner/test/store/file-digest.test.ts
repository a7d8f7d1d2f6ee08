// What a file's digest is: pinned by outside tools, and the same however its bytes come.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentDigest, createFileHash, joinPieces, PIECE } from '../../src/store/file-digest.ts'

/** The bytes of `yes weir | head -c SIZE`. */
const weirs = (size: number): Buffer => Buffer.alloc(size, 'weir\n')

/** The definition once more, in the shortest way. */
function defined(bytes: Uint8Array): string {
  if (bytes.length <= PIECE) return sha256(bytes)
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(`${sha256(bytes.subarray(at, at + PIECE))}\n`)
  return createHash('sha512-256')
    .update(`weir/pieces/1\n${bytes.length}\n${pieces.join('')}`)
    .digest('hex')
}

describe('the digest of a file', () => {
  // Up to 16777216: yes weir | head -c SIZE | sha256sum
  // Above: yes weir | head -c SIZE > f; { printf 'weir/pieces/1\n%d\n' SIZE;
  //   split -b 16777216 --filter='sha256sum | cut -c1-64' f; } | openssl dgst -sha512-256
  it.each([
    [16_777_216, '6d8aa949bbb8744d0277843d4654aec88d0f16ba128f07deeeca9c6b34dcad38'],
    [16_777_217, 'd599f167614c5ebe7e6629eaad67848800b3a113ef464b32b0ec34b8f03814e1'],
    [50_331_648, '751376063927588c40ad7547292ba26806e0c4d2edba7c102a773ed02fa41234'],
  ])('of %i bytes is pinned', (size, digest) => {
    expect(contentDigest(weirs(size))).toBe(digest)
  })

  it('is what sha256sum gives, up to a piece', () => {
    const bytes = weirs(PIECE)
    const [said] = execFileSync('sha256sum', { input: bytes, encoding: 'utf8' }).split(' ')
    expect(contentDigest(bytes)).toBe(said)
    expect(contentDigest('ä')).toBe(sha256('ä'))
  })

  it.each([
    0,
    1,
    PIECE - 1,
    PIECE,
    PIECE + 1,
    2 * PIECE,
    2 * PIECE + 1,
  ])('of %i bytes is as defined, and another one with any byte changed, cut or added', (size) => {
    const bytes = weirs(size)
    const digest = contentDigest(bytes)
    expect(digest).toBe(defined(bytes))
    const seen = new Set<string>([digest, contentDigest(weirs(size + 1))])
    const places = [...new Set([0, PIECE - 1, PIECE, size - 1])].filter(
      (at) => at >= 0 && at < size,
    )
    for (const at of places) {
      const changed = Buffer.from(bytes)
      changed[at] = 0
      seen.add(contentDigest(changed))
    }
    expect(seen.size).toBe(2 + places.length)
  })

  it('of a large file is no small file’s: the text of its pieces has another digest', () => {
    const piece = sha256(weirs(PIECE))
    const digest = joinPieces(2 * PIECE, [piece, piece])
    expect(contentDigest(`weir/pieces/1\n${2 * PIECE}\n${piece}\n${piece}\n`)).not.toBe(digest)
  })

  it('changes with the order of the pieces, and with a size that they do not tell', () => {
    const [a, b] = [sha256('a'), sha256('b')]
    const digests = [
      joinPieces(PIECE + 1, [a, b]),
      joinPieces(PIECE + 1, [b, a]),
      joinPieces(PIECE + 2, [a, b]),
    ]
    expect(new Set(digests).size).toBe(3)
  })

  it('property: is the same in whatever parts the bytes come', () => {
    const bytes = weirs(2 * PIECE + 12_345)
    const digest = contentDigest(bytes)
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 })
    fc.assert(
      fc.property(cuts, (places) => {
        const hash = createFileHash()
        const ordered = [0, ...places, bytes.length].sort((a, b) => a - b)
        for (const [index, from] of ordered.entries())
          hash.update(bytes.subarray(from, ordered[index + 1]))
        expect(hash.digest()).toBe(digest)
      }),
      { numRuns: 10 },
    )
  })
})
