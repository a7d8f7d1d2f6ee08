// Names as texts and back: every sequence of bytes has one text, and every text its bytes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fsPath, nameOf, readNames } from '../../src/store/byte-path.ts'
import { folderWith } from '../project-folder.ts'

const bytesOf = (path: string | Buffer): Buffer => Buffer.from(path)

describe('a name', () => {
  it('that is UTF-8 is its text', () => {
    for (const name of ['plain', 'é', '😀', '\ufffd', '～'])
      expect([nameOf(Buffer.from(name)), fsPath(name)]).toEqual([name, name])
  })

  it('that is not has a lone surrogate for each byte that does not decode', () => {
    // python3 -c 'print(ascii(b"caf\xe9\xe2\x82\xac\xed\xa0\x80\xf0\x9f".decode("utf-8", "surrogateescape")))'
    const bytes = Buffer.from('636166e9e282aceda080f09f', 'hex')
    const name = 'caf\udce9€\udced\udca0\udc80\udcf0\udc9f'
    expect(nameOf(bytes)).toBe(name)
    expect(bytesOf(fsPath(name))).toEqual(bytes)
    expect(JSON.parse(JSON.stringify(name))).toBe(name)
  })

  it('property: comes back as it was, and two names have two texts', () => {
    const name = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(bytesOf(fsPath(nameOf(a)))).toEqual(a)
        return a.equals(b) === (nameOf(a) === nameOf(b))
      }),
    )
  })
})

describe('the names in a folder', () => {
  it('are all of them, as texts', () => {
    const root = folderWith({ plain: '', 'odd\ufffd': '' })
    expect(readNames(root).sort()).toEqual(['odd\ufffd', 'plain'])
    const folder = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe9])])
    mkdirSync(folder)
    writeFileSync(Buffer.concat([folder, Buffer.from('/in')]), '')
    expect(readNames(root).sort()).toEqual(['odd\ufffd', 'plain', '\udce9'].sort())
    expect(readNames(join(root, '\udce9'))).toEqual(['in'])
  })
})
