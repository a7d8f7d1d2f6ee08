// Reads text files. Refuses pipes, which would block for ever; has variants for files that may be absent or incomplete.
import { readFileSync, statSync } from 'node:fs'
import { CodedError } from '../values/coded-error.ts'

/** The text of a file, as UTF-8. @throws what the file system throws, and NOT_A_FILE */
export function readText(path: string): string {
  if (statSync(path).isFile()) return readFileSync(path, 'utf8')
  const hint = 'take away what stands there; a file, or a link to one, belongs there'
  throw new CodedError('NOT_A_FILE', `${path} is not a file`, { where: path, hint })
}

/** The text of a file that may be gone at any moment; empty where it cannot be read. */
export function textIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The value of a JSON text that may be torn; undefined where it is no JSON. */
export function jsonIfWhole(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
