// Names of files that are not UTF-8, as texts: each byte that does not decode is a lone surrogate (U+DC80 to U+DCFF),
// as Python's surrogateescape has it. No valid name decodes to one, so a text names exactly one file, and JSON holds it.
import { isUtf8 } from 'node:buffer'
import { readdirSync } from 'node:fs'

const ESCAPED = 0xdc00
/** Matches lone surrogates only: with the flag, a pair is one character. */
const LONE = /[\udc80-\udcff]/u
/** Stands in a name that was read as a text for each byte that does not decode. */
export const REPLACEMENT = '\ufffd'

/** The names in a folder, without `.` and `..`. */
export function readNames(folder: string): string[] {
  const names = readdirSync(fsPath(folder), 'utf8')
  // Bytes that did not decode are lost in texts; reading bytes at once would cost every ordinary folder.
  if (!names.some((name) => name.includes(REPLACEMENT))) return names
  return readdirSync(fsPath(folder), 'buffer').map(nameOf)
}

/** True for a path that is UTF-8. */
export function isText(path: string): boolean {
  return !LONE.test(path)
}

/** The path as the file system takes it: bytes where the text has escaped ones. */
export function fsPath(path: string): string | Buffer {
  if (isText(path)) return path
  return Buffer.concat(
    Array.from(path, (char) => (LONE.test(char) ? byteOf(char) : Buffer.from(char))),
  )
}

function byteOf(char: string): Buffer {
  return Buffer.from([char.charCodeAt(0) - ESCAPED])
}

/** The text of a name. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let name = ''
  for (let at = 0; at < bytes.length; ) {
    const char = characterAt(bytes, at)
    name += char?.toString('utf8') ?? String.fromCharCode(ESCAPED + bytes.readUInt8(at))
    at += char?.length ?? 1
  }
  return name
}

/** The bytes of the UTF-8 character that begins at a place; undefined where none does. */
function characterAt(bytes: Buffer, at: number): Buffer | undefined {
  for (let length = 1; length <= 4; length++) {
    const part = bytes.subarray(at, at + length)
    if (part.length === length && isUtf8(part)) return part
  }
  return undefined
}
