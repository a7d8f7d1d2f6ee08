// JSON files of the runner's own, each with its digest in the first line: one that is damaged counts as absent.
import { readFileSync } from 'node:fs'
import { sha256 } from '@weir/base'
import { writeState } from '@weir/base/files'

/** The value in a file that `writeSealed` has written; undefined where it is absent, cut or changed. */
export function readSealed<T>(path: string): T | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    const end = text.indexOf('\n')
    const json = text.slice(end + 1)
    return sha256(json) === text.slice(0, end) ? (JSON.parse(json) as T) : undefined
  } catch {
    return undefined
  }
}

/** Writes a value whole, with its seal. */
export function writeSealed(path: string, value: unknown): void {
  const json = JSON.stringify(value)
  writeState(path, `${sha256(json)}\n${json}`)
}
