// Syncing a folder: what the system refuses is no error, what the disk fails at is one.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../../runner/test/project-folder.ts'
import { type FolderSync, syncFolder } from '../src/files/sync-folder.ts'

/** A folder whose sync fails with a code; notes what is open. */
function failing(
  code: string,
  step: 'open' | 'sync',
): FolderSync & { readonly opened: Set<number> } {
  const opened = new Set<number>()
  const fail = (): never => {
    throw Object.assign(new Error(code), { code })
  }
  return {
    opened,
    open() {
      if (step === 'open') fail()
      opened.add(7)
      return 7
    },
    sync: fail,
    close: (file) => void opened.delete(file),
  }
}

describe('syncFolder', () => {
  it('syncs a folder of this machine', () => {
    expect(() => syncFolder(folderWith())).not.toThrow()
  })

  it.each<[string, 'open' | 'sync']>([
    ['EINVAL', 'sync'],
    ['ENOTSUP', 'sync'],
    ['EISDIR', 'open'],
    ['EACCES', 'open'],
  ])('does nothing where the system says %s at the %s', (code, step) => {
    const files = failing(code, step)
    expect(() => syncFolder('/x', files)).not.toThrow()
    expect(files.opened.size).toBe(0)
  })

  it('fails where the disk does, and leaves nothing open', () => {
    const files = failing('EIO', 'sync')
    expect(() => syncFolder('/x', files)).toThrow(expect.objectContaining({ code: 'EIO' }))
    expect(files.opened.size).toBe(0)
  })

  it('fails where there is no folder', () => {
    const gone = join(folderWith(), 'none')
    expect(() => syncFolder(gone)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  })
})
