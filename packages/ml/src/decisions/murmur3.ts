// MurmurHash3 (x86, 32 bits): a small, fast, well-spread hash of bytes. Not for secrets.

const rotateLeft = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits))

function mixBlock(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593)
}

/** The last one to three bytes, little end first, as one block. */
function tailBlock(bytes: Uint8Array, from: number): number {
  let block = 0
  for (let i = bytes.length - 1; i >= from; i--) block = (block << 8) | bytes[i]
  return block
}

/** Murmur3's finaliser: every input bit moves every output bit. */
function avalanche(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * MurmurHash3_x86_32 of bytes as an integer in [0, 2³²).
 * Source: Austin Appleby, MurmurHash3.cpp (public domain), in the little-endian reading.
 */
export function murmur3(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = bytes.length - (bytes.length % 4)
  let hash = seed | 0
  for (let i = 0; i < whole; i += 4) {
    hash = rotateLeft(hash ^ mixBlock(view.getInt32(i, true)), 13)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  if (whole < bytes.length) hash ^= mixBlock(tailBlock(bytes, whole))
  return avalanche(hash ^ bytes.length)
}
