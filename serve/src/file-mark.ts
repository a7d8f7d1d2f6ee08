// A cheap mark of a file's state, so that a look where nothing changed reads nothing.
import { stat } from 'node:fs/promises'

/** Changes whenever the file is replaced or written; constant while it is missing. */
export async function fileMark(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true })
    return `${ino}:${size}:${mtimeNs}`
  } catch {
    return 'missing'
  }
}
