// A second name for a file: one content, whatever stood at that name before.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nameAlso } from '../../src/store/name-also.ts'
import { folderWith } from '../project-folder.ts'

describe('nameAlso', () => {
  it('gives the content without a copy, and lasts when the first name goes', () => {
    const root = folderWith({ a: 'text' })
    const [a, b] = [join(root, 'a'), join(root, 'b')]
    nameAlso(a, b)
    expect(statSync(b).ino).toBe(statSync(a).ino)
    rmSync(a)
    expect(readFileSync(b, 'utf8')).toBe('text')
  })

  it.each([
    ['a file', (path: string) => writeFileSync(path, 'old')],
    ['a folder', (path: string) => mkdirSync(join(path, 'deep'), { recursive: true })],
    ['a link that leads nowhere', (path: string) => symlinkSync('nowhere', path)],
    ['a link to another file', (path: string) => symlinkSync('other', path)],
  ])('replaces %s that has the name', (_, make) => {
    const root = folderWith({ a: 'text', other: 'kept' })
    make(join(root, 'b'))
    nameAlso(join(root, 'a'), join(root, 'b'))
    expect(readFileSync(join(root, 'b'), 'utf8')).toBe('text')
    expect(readFileSync(join(root, 'other'), 'utf8')).toBe('kept')
  })

  it('makes the folders of the name', () => {
    const root = folderWith({ a: 'text' })
    nameAlso(join(root, 'a'), join(root, 'x/y/b'))
    expect(readFileSync(join(root, 'x/y/b'), 'utf8')).toBe('text')
  })

  it('says which file is missing', () => {
    const root = folderWith({})
    expect(() => nameAlso(join(root, 'a'), join(root, 'b'))).toThrowError(/ENOENT/)
    expect(existsSync(join(root, 'b'))).toBe(false)
  })
})
