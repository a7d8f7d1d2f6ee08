// Copies the vectors of DuckDB's chunks into typed arrays, one copy a value.
import type { DuckDBDataChunk } from '@duckdb/node-api'
import bindings from '@duckdb/node-bindings'
import type { Blanks, Codes } from './column.ts'

/** The chunks of a result, and how many rows they have together. */
export interface Chunks {
  readonly chunks: readonly DuckDBDataChunk[]
  readonly rows: number
}

/** The bytes of a column's vector in one chunk. They are DuckDB's own: valid as long as the chunk is. */
function bytesOf(chunk: DuckDBDataChunk, column: number, size: number): Uint8Array {
  const vector = bindings.data_chunk_get_vector(chunk.chunk, column)
  return bindings.vector_get_data(vector, chunk.rowCount * size)
}

/** Copies the chunks of a column one after another into `values`, an array of the type that DuckDB has them in. */
function filled<Values extends Float64Array | BigInt64Array | Uint8Array>(
  { chunks }: Chunks,
  column: number,
  values: Values,
): Values {
  const size = values.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(values.buffer)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(bytesOf(chunk, column, size), at)
    at += chunk.rowCount * size
  }
  return values
}

/** DOUBLE values; a blank row has an arbitrary one. */
export function doubles(chunks: Chunks, column: number): Float64Array {
  return filled(chunks, column, new Float64Array(chunks.rows))
}

/** BIGINT values; a blank row has an arbitrary one. */
export function bigints(chunks: Chunks, column: number): BigInt64Array {
  return filled(chunks, column, new BigInt64Array(chunks.rows))
}

/** BOOLEAN values, 1 for true; a blank row has an arbitrary one. */
export function flags(chunks: Chunks, column: number): Uint8Array {
  return filled(chunks, column, new Uint8Array(chunks.rows))
}

/** Which rows of a column are blank. */
export function blanks({ chunks, rows }: Chunks, column: number): Blanks {
  let found: Uint8Array | null = null
  let at = 0
  for (const chunk of chunks) {
    const valid = validity(chunk, column)
    if (valid !== null) found = markBlanks(found ?? new Uint8Array(rows), at, valid, chunk.rowCount)
    at += chunk.rowCount
  }
  return found
}

/** One bit a row, 1 for a value, in whole words of 64 bits; null where all rows have values. */
function validity(chunk: DuckDBDataChunk, column: number): Uint8Array | null {
  const vector = bindings.data_chunk_get_vector(chunk.chunk, column)
  // The declared type leaves out that DuckDB gives nothing for a vector without blanks.
  const bits: Uint8Array | null = bindings.vector_get_validity(
    vector,
    8 * Math.ceil(chunk.rowCount / 64),
  )
  return bits
}

function markBlanks(blanks: Uint8Array, from: number, valid: Uint8Array, rows: number): Uint8Array {
  for (let row = 0; row < rows; row++) {
    blanks[from + row] = isValid(valid, row) ? 0 : 1
  }
  return blanks
}

function isValid(valid: Uint8Array | null, row: number): boolean {
  return valid === null || (((valid[row >> 3] ?? 0) >> (row & 7)) & 1) === 1
}

/** Numbers of an ENUM's levels, as wide as DuckDB keeps them; of a blank row whatever stands there. */
export function codes({ chunks, rows }: Chunks, column: number, levels: number): Codes {
  const values = codesFor(rows, levels)
  const size = values.BYTES_PER_ELEMENT
  let at = 0
  for (const chunk of chunks) {
    const bytes = bytesOf(chunk, column, size)
    new Uint8Array(values.buffer).set(bytes, at * size)
    at += chunk.rowCount
  }
  return values
}

/** DuckDB keeps the numbers of up to 255 levels in a byte, of up to 65,535 in two. */
function codesFor(rows: number, levels: number): Codes {
  if (levels <= 0xff) return new Uint8Array(rows)
  return levels <= 0xffff ? new Uint16Array(rows) : new Uint32Array(rows)
}

/** VARCHAR values. */
export function texts(result: Chunks, column: number): (string | null)[] {
  const values: (string | null)[] = []
  const short = new ShortTexts()
  for (const chunk of result.chunks) {
    const vector = chunk.getColumnVector(column)
    const { buffer, byteOffset } = bytesOf(chunk, column, 4 * WORDS)
    const words = new Int32Array(buffer, byteOffset, chunk.rowCount * WORDS)
    const valid = validity(chunk, column)
    for (let row = 0; row < chunk.rowCount; row++) {
      const known = isValid(valid, row)
      values.push(known ? short.text(words, row * WORDS, () => String(vector.getItem(row))) : null)
    }
  }
  return values
}

/** A VARCHAR in a vector is four words: its length, and up to 12 bytes in place, or where longer ones are. */
const WORDS = 4
const IN_PLACE = 12
const SLOTS = 1024

/** The short texts that came last: levels repeat, and decoding is slow. */
class ShortTexts {
  readonly #seen = new Int32Array(SLOTS * WORDS).fill(-1)
  readonly #decoded = new Array<string>(SLOTS).fill('')

  /** The text whose words stand at `at`. */
  text(words: Int32Array, at: number, decode: () => string): string {
    const [length = 0, a = 0, b = 0, c = 0] = [
      words[at],
      words[at + 1],
      words[at + 2],
      words[at + 3],
    ]
    if (length > IN_PLACE) return decode()
    const slot = (Math.imul(a ^ Math.imul(b ^ Math.imul(c, 31), 31), 0x9e3779b1) >>> 16) % SLOTS
    const from = slot * WORDS
    const seen = this.#seen
    const same =
      seen[from] === length && seen[from + 1] === a && seen[from + 2] === b && seen[from + 3] === c
    const known = this.#decoded[slot]
    if (same && known !== undefined) return known
    const text = decode()
    seen.set([length, a, b, c], from)
    this.#decoded[slot] = text
    return text
  }
}
