// Raw CSV files: what their first line says, and the writer of lines.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readHeader, splitLine } from '../src/csv-header.ts'
import { openLines } from '../src/csv-writer.ts'
import { rowsOf, withDuckDB } from '../src/duckdb.ts'
import { text } from '../src/quote.ts'

async function temporary(name = 't.csv'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-csv-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, name)
}

async function headerOf(content: string | Uint8Array, known: readonly string[] = ['id', 'age']) {
  const path = await temporary()
  await writeFile(path, content)
  return readHeader(path, known)
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`

describe('the cells of a line', () => {
  test.each<[string, string[]]>([
    ['', ['']],
    [',', ['', '']],
    ['a,b', ['a', 'b']],
    [' a , b ', ['a', 'b']],
    ['"a,b",c', ['a,b', 'c']],
    ['"say ""a""",b', ['say "a"', 'b']],
    ['"",b', ['', 'b']],
    ['"a', ['a']],
    ['a;b', ['a;b']],
  ])('%j', (line, cells) => expect(splitLine(line, ',')).toEqual(cells))

  test('come back whatever they hold, by any separator', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '|', '\t', ' ', 'ß') })
    const cells = fc.array(cell, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(cells, fc.constantFrom(',', ';', '\t', '|'), (values, separator) => {
        const line = values.map(quoted).join(separator)
        expect(splitLine(line, separator)).toEqual(values.map((value) => value.trim()))
      }),
    )
  })
})

describe('the header of a file', () => {
  test.each([',', ';', '\t', '|'])('is split by %j where that gives known names', async (mark) => {
    expect(await headerOf(`id${mark}age\n1${mark}2\n`)).toEqual({
      columns: ['id', 'age'],
      separator: mark,
    })
  })

  test.each<[string, string | Uint8Array]>([
    ['a byte-order mark', '\ufeffid,age\n'],
    ['ends of lines as in Windows', 'id,age\r\n1,2\r\n'],
    ['quotes', '"id","age"\n'],
    ['no line after it, nor an end', 'id,age'],
  ])('may have %s', async (_, content) => {
    expect(await headerOf(content)).toEqual({ columns: ['id', 'age'], separator: ',' })
  })

  test('a separator within a quoted name is none', async () => {
    const header = await headerOf('"id,of,user";age\n', ['id,of,user', 'age'])
    expect(header).toEqual({ columns: ['id,of,user', 'age'], separator: ';' })
  })

  test('of names that are not known is split by commas', async () => {
    expect(await headerOf('x;y,z\n')).toEqual({ columns: ['x;y', 'z'], separator: ',' })
  })

  test.each(['', '\n', '  \r\nid,age\n', '\ufeff'])('%j has none', async (content) => {
    expect(await headerOf(content)).toBe('empty')
  })

  test.each<[string, Uint8Array]>([
    ['UTF-16', Buffer.from('\ufeffid,age\n', 'utf16le')],
    ['Latin-1', Buffer.from('id,größe\n', 'latin1')],
    ['a binary file', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0x0a)],
  ])('of %s is not taken for text', async (_, content) => {
    expect(await headerOf(content)).toBe('encoding')
  })

  test('of a file that is not there is the error of the file system', async () => {
    await expect(readHeader(await temporary(), ['id'])).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('the writer', () => {
  test('writes every line once and in order, beyond what it holds back', async () => {
    const path = await temporary()
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},größe ${i % 7}`)
    const out = openLines(path)
    for (const line of lines) await out.write(line)
    await out.close()
    expect(await readFile(path, 'utf8')).toBe(`${lines.join('\n')}\n`)
  })

  test('makes an empty file of no line', async () => {
    const path = await temporary()
    await openLines(path).close()
    expect(await readFile(path, 'utf8')).toBe('')
  })

  test('tells that the file cannot be written, when it is closed or before', async () => {
    const out = openLines(await temporary('no/folder/t.csv'))
    await expect(
      (async () => {
        await out.write('x'.repeat(1 << 17))
        await out.close()
      })(),
    ).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('its quoted cells are what DuckDB reads', async () => {
    const path = await temporary()
    const cells = ['a,b', 'say "x"', 'two\nlines', "it's", ' blank ends ']
    const out = openLines(path)
    await out.write('cell,n')
    for (const [n, cell] of cells.entries()) await out.write(`${quoted(cell)},${n}`)
    await out.close()
    const rows = await withDuckDB((db) => rowsOf(db, `FROM read_csv(${text(path)}, header = true)`))
    expect(rows.map((row) => row.cell)).toEqual(cells)
  })
})
