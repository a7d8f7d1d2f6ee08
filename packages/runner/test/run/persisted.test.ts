// The note of persisting outputs: what a killed run leaves is put back, whatever it had come to.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  forgetPersisted,
  notePersisted,
  oldPlace,
  putBackPersisted,
} from '../../src/session/persisted.ts'
import { stage } from '../graph/stages.ts'
import { folderWith } from '../project-folder.ts'

const PERSISTING = {
  ...stage('a', [], []),
  outs: [
    { path: 'in/log', kind: 'out', cache: true, persist: true },
    { path: 'other', kind: 'out', cache: true, persist: false },
  ],
} as const

/** A project and a stage's folder with the note, before anything was moved. */
function noted(files: Readonly<Record<string, string>>): { root: string; folder: string } {
  const root = folderWith({ 'keep.txt': '', ...files })
  const folder = join(root, 'scratch')
  notePersisted(root, PERSISTING, folder)
  return { root, folder }
}

function moveAside(root: string, folder: string, path: string): void {
  mkdirSync(dirname(oldPlace(folder, path)), { recursive: true })
  renameSync(join(root, path), oldPlace(folder, path))
}

const text = (root: string): string | undefined =>
  existsSync(join(root, 'in/log')) ? readFileSync(join(root, 'in/log'), 'utf8') : undefined

describe('persisting outputs of a killed run', () => {
  it('that were not moved yet stay', () => {
    const { root, folder } = noted({ 'in/log': 'old' })
    putBackPersisted(root, folder)
    expect(text(root)).toBe('old')
  })

  it('that are aside come back, over a half-made one or none', () => {
    for (const half of [true, false]) {
      const { root, folder } = noted({ 'in/log': 'old' })
      moveAside(root, folder, 'in/log')
      if (half) writeFileSync(join(root, 'in/log'), 'half')
      putBackPersisted(root, folder)
      expect(text(root)).toBe('old')
    }
  })

  it('that did not stand go', () => {
    const { root, folder } = noted({ 'in/other': '' })
    writeFileSync(join(root, 'in/log'), 'half')
    putBackPersisted(root, folder)
    expect(text(root)).toBeUndefined()
  })

  it('stay as they are once the note is gone, or where it is torn', () => {
    const { root, folder } = noted({ 'in/log': 'old' })
    moveAside(root, folder, 'in/log')
    writeFileSync(join(root, 'in/log'), 'new')
    forgetPersisted(folder)
    putBackPersisted(root, folder)
    writeFileSync(join(folder, 'persisted.json'), '{"in/lo')
    putBackPersisted(root, folder)
    expect(text(root)).toBe('new')
  })
})
