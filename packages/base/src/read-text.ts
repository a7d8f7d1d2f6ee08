// Reads a text file, and nothing else: a pipe in its place would be waited for without end.
import { readFileSync, statSync } from 'node:fs'
import { CodedError } from './coded-error.ts'

/** The text of a file, as UTF-8. @throws what the file system throws, and NOT_A_FILE */
export function readText(path: string): string {
  if (statSync(path).isFile()) return readFileSync(path, 'utf8')
  const hint = 'take away what stands there; a file, or a link to one, belongs there'
  throw new CodedError('NOT_A_FILE', `${path} is not a file`, { where: path, hint })
}
