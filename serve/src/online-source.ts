// Finds the online feature table in a folder that the command line names.
import { join } from 'node:path'
import { TABLE_FILE, TABLE_MANIFEST, tableDigest } from '@weir/registry/table'
import { fileMark } from './file-mark.ts'
import { loadOnline, type OnlineTable } from './online.ts'
import { Refused, type Source } from './slot.ts'

/** The table in a folder. A table that moves while it is read is refused, and read again at the next look. */
export function onlineSource(folder: string): Source<OnlineTable> {
  const mark = async () => {
    const marks = [TABLE_MANIFEST, TABLE_FILE].map((file) => fileMark(join(folder, file)))
    return (await Promise.all(marks)).join(' ')
  }
  return {
    mark,
    newest: async (current) => {
      const before = await mark()
      if (before.startsWith('missing')) {
        if (current === null) return null
        throw new Refused(folder, 'the table is gone; the last one is kept')
      }
      if (current !== null && (await tableDigest(folder)) === current.digest) return 'same'
      const table = await loadOnline(folder)
      if ((await mark()) !== before)
        throw new Refused(folder, 'the table changed while it was read')
      return table
    },
  }
}
