// Reads only the part of a stage's log that the notebook shows, so that a large log is never in memory.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { HEAD_LINES, leftOutLine, TAIL_LINES } from '../report/log-block.ts'

const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 128 * 1024

/** A small log whole; of a large one the first and last lines, with the size of the rest and the path of the whole. */
export function logExcerpt(file: string, path: string): string {
  const log = openSync(file, 'r')
  try {
    const { size } = fstatSync(log)
    if (size <= HEAD_BYTES + TAIL_BYTES) return readAt(log, 0, size)
    const head = readAt(log, 0, HEAD_BYTES).split('\n').slice(0, HEAD_LINES)
    // The line of what is left out is one of those that are shown.
    const tail = readAt(log, size - TAIL_BYTES, TAIL_BYTES)
      .split('\n')
      .slice(1 - TAIL_LINES)
    const shown = Buffer.byteLength([...head, ...tail].join('\n'))
    const rest = `${((size - shown) / 1e6).toFixed(1)} MB`
    return [...head, leftOutLine(rest, path), ...tail].join('\n')
  } finally {
    closeSync(log)
  }
}

function readAt(file: number, position: number, length: number): string {
  const bytes = Buffer.alloc(length)
  return bytes.subarray(0, readSync(file, bytes, 0, length, position)).toString()
}
