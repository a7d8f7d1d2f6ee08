// Bytes into lines: whatever the chunks, nothing is lost, nothing is held without bound, and what is not UTF-8 does no harm.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskOf } from '../../src/session/mask.ts'
import { ShownLines, WholeLines } from '../../src/session/output-lines.ts'

/** A text in chunks of a size. */
function chunks(text: string | Buffer, size: number): Buffer[] {
  const bytes = Buffer.from(text as string)
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
}

/** What is shown of a text that comes in chunks of a size, its last line ended as WholeLines ends it. */
function shown(text: string | Buffer, size: number, longest?: number): string[] {
  const [whole, lines] = [new WholeLines(), new ShownLines(longest)]
  const parts = [...chunks(text, size).map((chunk) => whole.push(chunk)), whole.end()]
  return parts.flatMap((part) => lines.push(part))
}

/** What goes into the file. */
function kept(text: string | Buffer, size: number): Buffer {
  const whole = new WholeLines()
  return Buffer.concat([...chunks(text, size).map((chunk) => whole.push(chunk)), whole.end()])
}

const SIZES = [1, 2, 3, 7, 64, 1000]

describe('ShownLines', () => {
  it.each(SIZES)('ends lines at feeds, returns and pairs of them, in chunks of %i', (size) => {
    expect(shown('a\nbb\r\nccc\rdddd\n\nü €\n', size)).toEqual([
      'a',
      'bb',
      'ccc',
      'dddd',
      '',
      'ü €',
    ])
  })

  it.each(SIZES)('gives a last line that has no end, in chunks of %i', (size) => {
    expect(shown('a\nrest', size)).toEqual(['a', 'rest'])
    expect(shown('10 %\r20 %\r', size)).toEqual(['10 %', '20 %'])
  })

  it.each(SIZES)('cuts a long line and says by how much, in chunks of %i', (size) => {
    const text = `${'x'.repeat(50)}\nshort\n${'y'.repeat(2050)}\nend\n`
    expect(shown(text, size, 20)).toEqual([
      `${'x'.repeat(20)}… 30 more bytes`,
      'short',
      `${'y'.repeat(20)}… 2,030 more bytes`,
      'end',
    ])
  })

  it('does not cut a line that just fits, and leaves out a letter that the cut would halve', () => {
    expect(shown(`${'x'.repeat(20)}\n`, 5, 20)).toEqual(['x'.repeat(20)])
    expect(shown(`${'€'.repeat(7)}\n`, 5, 20)).toEqual([`${'€'.repeat(6)}… 1 more bytes`])
  })

  it('property: gives the lines of the whole, however it is cut and wherever its lines end', () => {
    const part = fc.constantFrom('a', '€', '\n', '\r', '\r\n', 'bc', '\u2028')
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
    fc.assert(
      fc.property(fc.array(part), cuts, (parts, sizes) => {
        const [bytes, lines] = [Buffer.from(`${parts.join('')}\n`), new ShownLines()]
        const found: string[] = []
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const size = sizes[cut % sizes.length] ?? 1
          found.push(...lines.push(bytes.subarray(at, at + size)))
          at += size
        }
        expect(found).toEqual(
          bytes
            .toString()
            .split(/\r\n|\r|\n/)
            .slice(0, -1),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('property: of a long line shows so many bytes, and counts the others', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (length, longest, size) => {
          const over = length - longest
          const cut = over > 0 ? `${'x'.repeat(longest)}… ${over} more bytes` : 'x'.repeat(length)
          expect(shown(`${'x'.repeat(length)}\nafter\n`, size, longest)[0]).toBe(cut)
        },
      ),
    )
  })

  it('shows what is not UTF-8 as the sign for that', () => {
    expect(shown(Buffer.from([0xff, 0xfe, 0x6f, 0x6b, 10]), 1)).toEqual(['\ufffd\ufffdok'])
  })
})

describe('WholeLines', () => {
  it.each(SIZES)('keeps every byte, in chunks of %i, and ends the last line', (size) => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256))
    expect(kept(bytes, size)).toEqual(Buffer.concat([bytes, Buffer.from('\n')]))
    expect(kept('a\n', size).toString()).toBe('a\n')
    expect(kept('a\r', size).toString()).toBe('a\r\n')
    expect(kept('', size).toString()).toBe('')
  })

  it('holds the beginning of a line, and gives it on when it is too long to be held', () => {
    const whole = new WholeLines()
    expect(whole.push(Buffer.from('a\nb')).toString()).toBe('a\n')
    expect(whole.push(Buffer.from('c')).length).toBe(0)
    const long = Buffer.alloc(100_000, 'x')
    const given = whole.push(long).length
    expect(given).toBeGreaterThan(90_000)
    expect(given + whole.end().length).toBe(100_003)
  })

  it.each(
    SIZES,
  )('masks secrets wherever chunks and parts of a line end, in chunks of %i', (size) => {
    const secret = 'gehêim-\ufffd-token'
    const mask = maskOf(['S'], { S: secret })
    const text = `a ${secret}\n${`${secret}x`.repeat(8000)}\r${secret}`
    const whole = new WholeLines(mask)
    const parts = [...chunks(text, size).map((chunk) => whole.push(chunk)), whole.end()]
    expect(Buffer.concat(parts).toString()).toBe(`a ***\n${'***x'.repeat(8000)}\r***\n`)
  })

  it('masks a secret longer than what is held back of a long line otherwise', () => {
    const secret = Array.from({ length: 1500 }, (_, index) => `${index + 1000}-`).join('')
    const whole = new WholeLines(maskOf(['S'], { S: secret }))
    const text = `${'a'.repeat(60_000)}${secret}${'b'.repeat(70_000)}\n`
    const parts = [...chunks(text, 6_600).map((chunk) => whole.push(chunk)), whole.end()]
    const kept = Buffer.concat(parts).toString()
    expect(kept).toBe(`${'a'.repeat(60_000)}***${'b'.repeat(70_000)}\n`)
  })

  it('masks within bytes that are not UTF-8, and leaves them as they are', () => {
    const whole = new WholeLines(maskOf(['S'], { S: 'secret' }))
    expect(whole.push(Buffer.from('\xff secret \xfe\n', 'latin1'))).toEqual(
      Buffer.from('\xff *** \xfe\n', 'latin1'),
    )
  })
})
