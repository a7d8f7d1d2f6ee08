// Finds the online feature table by its manifest.
import { join } from 'node:path'
import { fileMark } from './file-mark.ts'
import { loadOnline, type OnlineTable } from './online.ts'
import { MANIFEST_FILE, readManifest, TABLE_FILE } from './online-manifest.ts'
import { Refused, type Source } from './slot.ts'

/** The table in a folder. A table that moves while it is read is refused, and read again at the next look. */
export function onlineSource(folder: string): Source<OnlineTable> {
  const mark = async () => {
    const marks = [MANIFEST_FILE, TABLE_FILE].map((file) => fileMark(join(folder, file)))
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
      const manifest = await readManifest(folder)
      if (JSON.stringify(manifest) === JSON.stringify(current?.manifest)) return 'same'
      const table = await loadOnline(folder)
      if ((await mark()) !== before)
        throw new Refused(folder, 'the table changed while it was read')
      return table
    },
  }
}
