// Which numbers and nestings a file may hold: laws, held against what JavaScript makes of the same text.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Inexact } from '../../src/config/inexact.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import { brief, collect } from './reports.ts'

/** What a file comes to, and what was reported of it. */
function read(text: string, inexact: 'refused' | 'marked' = 'refused') {
  const { report, problems } = collect()
  const value = parseYaml('x.yaml', text, report, inexact)?.value
  return { value, problems: problems.map(brief) }
}

/** A number at `a`, as a params file has it. */
const marked = (source: string | bigint) =>
  (read(`a: ${source}\n`, 'marked').value as { a: unknown } | undefined)?.a

describe('whole numbers', () => {
  it('are kept where a double has them, and marked with their text elsewhere', () => {
    const anyWhole = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
      fc.bigInt({ min: 2n ** 53n - 4n, max: 2n ** 53n + 4n }),
    )
    fc.assert(
      fc.property(anyWhole, (whole) => {
        const found = marked(whole)
        if (BigInt(Number(whole)) === whole) expect(found).toBe(Number(whole))
        else expect(found).toMatchObject({ source: String(whole) })
      }),
    )
  })

  it('are refused where they would be rounded, exactly then', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 60n }), (whole) => {
        const exact = BigInt(Number(whole)) === whole
        expect(read(`a: ${whole}\n`).problems).toEqual(exact ? [] : ['BAD_VALUE 1:4'])
      }),
    )
  })

  it.each([
    ['+9007199254740993', true],
    ['0o400000000000000001', true],
    ['0x20000000000001', true],
    ['-9007199254740993', true],
    ['12345678901234567891', true],
    ['0x20000000000000', false],
    ['9007199254740994', false],
    // A text to YAML 1.2.
    ['9_007_199_254_740_993', false],
    ['-9007199254740992', false],
    ['+1', false],
    ['9007199254740993.0', false],
  ])('%s is marked: %s', (source, isMarked) => {
    expect(marked(source) instanceof Inexact).toBe(isMarked)
  })
})

describe('numbers with a fraction', () => {
  it('are what JavaScript reads', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        const found = marked(String(value))
        // A large whole one is written with all its digits up to 1e21, and may be exact.
        if (!(found instanceof Inexact)) expect(found).toBe(Number(String(value)))
        else expect(Number.isInteger(value)).toBe(true)
      }),
    )
  })

  it.each(['.inf', '-.inf', '.nan', '.Inf', '.NAN', '1e400', '-1e999'])('%s is none', (source) => {
    expect(marked(source)).toMatchObject({ source })
    expect(read(`a: ${source}\n`).problems).toEqual(['BAD_VALUE 1:4'])
  })

  it('are texts in quotes, whatever they would be', () => {
    for (const source of ['.inf', '9007199254740993', '1e400'])
      expect(read(`a: "${source}"\n`)).toEqual({ value: { a: source }, problems: [] })
  })
})

describe('nesting', () => {
  const brackets = (depth: number) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`

  it('may be 200 levels deep and no more', () => {
    expect(read(brackets(200)).problems).toEqual([])
    expect(read(brackets(201)).problems).toEqual(['YAML_SYNTAX 1:204'])
  })

  it('counts only what is open: many brackets side by side are no nesting', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (count) => {
        const text = `a: [${Array.from({ length: count }, () => '[1]').join(', ')}]\n`
        expect(read(text).problems).toEqual([])
      }),
    )
  })

  it('closes no more than was opened', () => {
    expect(read(`a: "${']'.repeat(300)}"\nb: ${'['.repeat(201)}\n`).problems).toEqual([
      'YAML_SYNTAX 2:204',
    ])
  })
})

describe('keys and aliases', () => {
  it.each([
    '__proto__: 1',
    'a: {__proto__: {x: 1}}',
    '? __proto__\n: 1',
  ])('%j is refused', (text) => {
    const { value, problems } = read(`${text}\n`)
    expect(value).toBeUndefined()
    expect(problems).toEqual([expect.stringMatching(/^BAD_VALUE 1:\d+$/)])
  })

  it('takes other names of every object for keys like any', () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty']) {
      const { value } = read(`${key}: 1\n`)
      expect(Object.entries(value as object)).toEqual([[key, 1]])
    }
  })

  it('refuses an alias before its anchor, and takes one after it', () => {
    expect(read('a: *x\nb: &x 1\n').problems).toEqual(['YAML_SYNTAX 1:4'])
    expect(read('b: &x 1\na: *x\n').value).toEqual({ b: 1, a: 1 })
  })
})
