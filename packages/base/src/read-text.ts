// Reads a text file, and nothing else: a pipe in its place would be waited for without end.
import { readFileSync, statSync } from 'node:fs'

/** The text of a file, as UTF-8. Throws what the file system throws, and an error with the code NOT_A_FILE. */
export function readText(path: string): string {
  if (statSync(path).isFile()) return readFileSync(path, 'utf8')
  const hint = 'take away what stands there; a file, or a link to one, belongs there'
  throw Object.assign(new Error(`${path} is not a file`), {
    code: 'NOT_A_FILE',
    where: path,
    hint,
  })
}
