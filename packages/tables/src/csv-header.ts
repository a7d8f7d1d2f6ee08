// The first line of a CSV file: its column names, and the character that separates them.
import { open } from 'node:fs/promises'

export interface CsvHeader {
  readonly columns: readonly string[]
  readonly separator: string
}

/** Longest header that is read, in bytes. */
const LIMIT = 1 << 20

/**
 * The header of a CSV file in UTF-8, with or without a byte-order mark. The separator is that of
 * `, ; | tab` by which most of the `known` columns appear; where none is known, that which makes most columns.
 * @returns 'empty' for a file without a character, 'encoding' for one that is not UTF-8
 */
export async function readHeader(
  path: string,
  known: readonly string[] = [],
): Promise<CsvHeader | 'empty' | 'encoding'> {
  const line = firstLine(await headOf(path))
  if (line === undefined) return 'encoding'
  if (line.trim() === '') return 'empty'
  const names = new Set(known)
  const choices = [',', ';', '\t', '|'].map((separator) => {
    const columns = splitLine(line, separator)
    const named = columns.filter((column) => names.has(column))
    return { columns, separator, hits: names.size === 0 ? columns.length : named.length }
  })
  const best = choices.reduce((most, choice) => (choice.hits > most.hits ? choice : most))
  return { columns: best.columns, separator: best.separator }
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const buffer = new Uint8Array(LIMIT)
    const { bytesRead } = await file.read(buffer, 0, LIMIT, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The text of the first line; undefined if it is not UTF-8. */
function firstLine(head: Uint8Array): string | undefined {
  const newline = head.indexOf(10)
  const bytes = newline < 0 ? head : head.subarray(0, newline)
  // UTF-16 text is full of zero bytes, which are sound UTF-8 but no text.
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r$/, '')
  } catch {
    return undefined
  }
}

/** The cells of one line; a quoted cell may hold the separator, and a doubled quote stands for one. */
export function splitLine(line: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    if (char === '"' && quoted && line[at + 1] === '"') cell += line[++at]
    else if (char === '"') quoted = !quoted
    else if (char === separator && !quoted) {
      cells.push(cell)
      cell = ''
    } else cell += char
  }
  return [...cells, cell].map((text) => text.trim())
}
