// What the digest of a file is. Up to one piece: the SHA-256 of its bytes, as `sha256sum` gives it. Beyond: the
// SHA-512/256 of a text that lists the SHA-256 of each piece, so that threads can hash one file together. The text is
//   weir/pieces/1⏎SIZE⏎DIGEST⏎DIGEST⏎…
// with the size in decimal bytes, and a line feed after each line. It is digested by another function than a small
// file is, so that no small file (one with this text, say) can be made to have the digest of a large one.
import { createHash } from 'node:crypto'
import type { Digest } from '@weir/base'

/** The bytes of each piece but the last, which may have fewer. */
export const PIECE = 1 << 24
/** Names the format of the text and the size of a piece. */
export const PIECES_SCHEMA = 'weir/pieces/1'

/** The digest of a file of more than one piece, by the SHA-256 of each piece in order. */
export function joinPieces(size: number, pieces: Iterable<string>): Digest {
  const sum = createHash('sha512-256').update(`${PIECES_SCHEMA}\n${size}\n`)
  for (const piece of pieces) sum.update(`${piece}\n`)
  return sum.digest('hex') as Digest
}

/** The digest of a file with this content; a text is UTF-8. */
export function contentDigest(content: string | Uint8Array): Digest {
  const hash = createFileHash()
  hash.update(typeof content === 'string' ? Buffer.from(content) : content)
  return hash.digest()
}

/** A digest in the making. */
export interface FileHash {
  update(bytes: Uint8Array): void
  digest(): Digest
}

/** Digests a file whose bytes come in order, and whose size may not be known. */
export function createFileHash(): FileHash {
  const full: string[] = []
  let piece = createHash('sha256')
  let room = PIECE
  return {
    update(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        if (room === 0) {
          full.push(piece.digest('hex'))
          piece = createHash('sha256')
          room = PIECE
        }
        const part = rest.subarray(0, room)
        piece.update(part)
        room -= part.length
        rest = rest.subarray(part.length)
      }
    },
    digest() {
      const last = piece.digest('hex')
      if (full.length === 0) return last as Digest
      return joinPieces(full.length * PIECE + PIECE - room, [...full, last])
    },
  }
}
