// Writes a CSV file line by line without holding it in memory.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

export interface LineWriter {
  /** Adds a line; resolves when there is room for more. */
  write(line: string): Promise<void> | undefined
  /** Resolves when all lines are in the file. */
  close(): Promise<void>
}

const BATCH = 1 << 16

/** Opens a text file of lines for writing; lines end in `\n`. A failed write rejects the next write or close. */
export function openLines(path: string): LineWriter {
  const stream = createWriteStream(path)
  let batch = ''
  let failure: Error | undefined
  stream.on('error', (error) => {
    failure = error
  })
  const flush = async () => {
    if (failure) throw failure
    const full = !stream.write(batch)
    batch = ''
    if (full) await once(stream, 'drain')
  }
  return {
    write(line) {
      batch += `${line}\n`
      return batch.length < BATCH ? undefined : flush()
    },
    async close() {
      await flush()
      stream.end()
      await once(stream, 'close')
      if (failure) throw failure
    },
  }
}
