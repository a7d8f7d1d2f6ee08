// -S: the value is written, the rest of the text stays to the byte.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, parseDocument, stringify } from 'yaml'
import { setParams } from '../../src/config/set-param.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import { brief, collect } from './reports.ts'

function set(text: string, ...settings: string[]): string {
  const { report, problems } = collect()
  const result = setParams(text, settings, report)
  expect(problems).toEqual([])
  return result ?? ''
}

function refused(text: string, ...settings: string[]): string[] {
  const { report, problems } = collect()
  expect(setParams(text, settings, report)).toBeUndefined()
  return problems.map((problem) => `${brief(problem)} ${problem.message} | ${problem.hint}`)
}

describe('what is written', () => {
  it.each([
    // numbers, booleans, null
    ['a: 1 # one\nb: 2\n', 'a=30', 'a: 30 # one\nb: 2\n'],
    ['a:   0.5   # half\n', 'a=1e-3', 'a:   0.001   # half\n'],
    ['a: true\n', 'a=false', 'a: false\n'],
    ['a: 1\n', 'a=0x1F', 'a: 31\n'],
    ['a: ~\nb: 1\n', 'a=5', 'a: 5\nb: 1\n'],
    ['a:\nb: 1\n', 'a=5', 'a: 5\nb: 1\n'],
    ['a: # why\nb: 1\n', 'a=5', 'a: 5 # why\nb: 1\n'],
    ['a: null', 'a=[1, 2]', 'a: [1,2]'],
    // beside a number that cannot be kept, and in its place
    ['{a: .inf, b: 1, c: [9007199254740993]}', 'b=20', '{a: .inf, b: 20, c: [9007199254740993]}'],
    ['a: .inf # c\n', 'a=3', 'a: 3 # c\n'],
    // texts: the quotes of before stay, none come where none are needed
    ['a: old # c\n', 'a=new', 'a: new # c\n'],
    ['a: "old"\n', 'a=new', 'a: "new"\n'],
    ["a: 'old'\n", "a=it's", "a: 'it''s'\n"],
    ['a: x\n', 'a=', 'a: ""\n'],
    ['a: x\n', 'a=42', 'a: "42"\n'],
    ['a: x\n', 'a=true', 'a: "true"\n'],
    ['a: x\n', 'a="q"', 'a: q\n'],
    ['a: x\n', 'a=b = c', 'a: b = c\n'],
    ['a: x\n', 'a=b: c', 'a: "b: c"\n'],
    ['a: x\n', 'a=b # c', 'a: "b # c"\n'],
    ['a: x\n', 'a=one\ntwo', 'a: "one\\ntwo"\n'],
    ['a: "2024-01-31" # clock\n', 'a=2024-02-29', 'a: "2024-02-29" # clock\n'],
    ['a: 2024-01-31\n', 'a=2024-02-29', 'a: 2024-02-29\n'],
    ['a: "1.0"\n', 'a=1.10', 'a: "1.10"\n'],
    // inside flow collections
    ['a: {b: x, c: 1}\n', 'a.b=y', 'a: {b: y, c: 1}\n'],
    ['a: {b: x, c: 1}\n', 'a.b=p, q]', 'a: {b: "p, q]", c: 1}\n'],
    ['a: {b: , c: 1}\n', 'a.b=3', 'a: {b: 3, c: 1}\n'],
    ['a: [1, 2, 3] # l\n', 'a.1=20', 'a: [1, 20, 3] # l\n'],
    ['a: [1, 2]\n', 'a[0]=7', 'a: [7, 2]\n'],
    // lists and maps
    ['a:\n  - 1\n  - 2\nb: 1\n', 'a=[3]', 'a:\n  [3]\nb: 1\n'],
    ['a:\n  x: 1 # c\n  y: 2\n\nb: 1\n', 'a={x: 5}', 'a:\n  {"x":5}\n\nb: 1\n'],
    ['a:\n  - k: 1\n    l: 2\n', 'a.0.l=3', 'a:\n  - k: 1\n    l: 3\n'],
    // block and many-line scalars
    ['a: |\n  one\n  two\nb: 1\n', 'a=new', 'a: new\nb: 1\n'],
    ['a: >-\n  one\n\n  two\n\n# c\nb: 1\n', 'a=x', 'a: x\n\n# c\nb: 1\n'],
    ['a: one\n  two\nb: 1\n', 'a=x', 'a: x\nb: 1\n'],
    // Windows, byte order mark, no end of line, odd keys
    ['a: 1\r\nb: 2 # c\r\n', 'b=3', 'a: 1\r\nb: 3 # c\r\n'],
    ['\uFEFFa: 1\n', 'a=2', '\uFEFFa: 2\n'],
    ['a: 1', 'a=2', 'a: 2'],
    ['1: x\n', '1=y', '1: y\n'],
    ['"a key": x\n', 'a key=y', '"a key": y\n'],
    ['? a\n: x\n', 'a=y', '? a\n: y\n'],
    ['a: &n 1\n', 'a=2', 'a: &n 2\n'],
  ])('%j with %j', (text, setting, expected) => {
    expect(set(text, setting)).toBe(expected)
  })

  it('writes several settings, the last of one key wins', () => {
    expect(set('a: 1\nb: x\n', 'b=y', 'a=2', 'a=3')).toBe('a: 3\nb: y\n')
  })

  it('leaves the text as it is where the value is the old one', () => {
    const text = 'a: "x"  # c\nb: [ 1,2 ]\nc: 0.5\n'
    expect(set(text, 'a=x', 'c=0.5')).toBe(text)
  })
})

describe('what is refused', () => {
  const text =
    'seed: 42\ntrain:\n  epochs: 5\n  name: x\nbase: &b {p: 1}\nmore:\n  <<: *b\nsame: *b\nfar: .inf\nlist: [a]\n'

  it.each([
    ['seed', 'USAGE -S seed: expected key=value | for example -S train.epochs=20'],
    ['=3', 'USAGE -S =3: expected key=value | for example -S train.epochs=20'],
    [
      'train.epoch=3',
      "PARAM_MISSING -S train.epoch: params.yaml has no such key; nothing was written | did you mean 'train.epochs'?",
    ],
    [
      'zzzzzz=3',
      "PARAM_MISSING -S zzzzzz: params.yaml has no such key; nothing was written | add 'zzzzzz' to params.yaml first",
    ],
    [
      'constructor=3',
      "PARAM_MISSING -S constructor: params.yaml has no such key; nothing was written | add 'constructor' to params.yaml first",
    ],
    [
      'list=b',
      `PARAM_TYPE 10:7 -S list: is a list (["a"]), and "b" is a text; nothing was written | give a list, as in -S 'list=[…]', or edit params.yaml if the type is to change`,
    ],
    [
      'seed=many',
      'PARAM_TYPE 1:7 -S seed: is a number (42), and "many" is a text; nothing was written | give a number, or edit params.yaml if the type is to change',
    ],
    [
      'seed=',
      'PARAM_TYPE 1:7 -S seed: is a number (42), and null is null; nothing was written | give a number, or edit params.yaml if the type is to change',
    ],
    [
      'seed=[1',
      'PARAM_TYPE 1:7 -S seed: is a number (42), and "[1" is a text; nothing was written | give a number, or edit params.yaml if the type is to change',
    ],
    [
      'train=3',
      'PARAM_TYPE 3:3 -S train: is a map ({"epochs":5,"name":"x"}), and 3 is a number; nothing was written | give a map, or edit params.yaml if the type is to change',
    ],
    [
      'seed=.inf',
      'PARAM_TYPE 1:7 -S seed: .inf has a part that cannot be kept exactly; nothing was written | give a number that JSON has, at most 2^53 if it is a whole one',
    ],
    [
      'far=x',
      'PARAM_TYPE 9:6 -S far: is a number (.inf), and "x" is a text; nothing was written | give a number, or edit params.yaml if the type is to change',
    ],
    [
      'seed=12345678901234567890',
      'PARAM_TYPE 1:7 -S seed: 12345678901234567890 has a part that cannot be kept exactly; nothing was written | give a number that JSON has, at most 2^53 if it is a whole one',
    ],
    [
      'more.p=2',
      'PARAM_MISSING 7:3 -S more.p: its value is not written at that key alone (an alias or a merge); nothing was written | edit params.yaml by hand',
    ],
    [
      'same.p=2',
      'PARAM_MISSING 8:7 -S same.p: its value is not written at that key alone (an alias or a merge); nothing was written | edit params.yaml by hand',
    ],
    [
      'base.p=2',
      'PARAM_MISSING 5:14 -S base.p: its value is not written at that key alone (an alias or a merge); nothing was written | edit params.yaml by hand',
    ],
  ])('-S %s', (setting, expected) => {
    expect(refused(text, setting)).toEqual([expected])
  })

  it('reports every bad setting, and writes none of the good ones', () => {
    expect(refused(text, 'seed=1', 'x.y.z=1', 'seed=no').map((line) => line.split(' ')[0])).toEqual(
      ['PARAM_MISSING', 'PARAM_TYPE'],
    )
  })

  it('refuses a file that is not YAML', () => {
    expect(refused('a: [1\n', 'a=2')[0]).toMatch(/^YAML_SYNTAX/)
  })
})

describe('property', () => {
  const scalar = fc.oneof(
    fc.string({
      unit: fc.constantFrom(
        'a',
        '1',
        ' ',
        ':',
        '#',
        "'",
        '"',
        '\n',
        ',',
        ']',
        '-',
        'é',
        '\t',
        '\\',
        '~',
      ),
    }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.integer(), { maxLength: 3 }),
  )
  const key = fc.constantFrom('a', 'b', 'c', 'd')
  const tree = fc.dictionary(key, fc.oneof(scalar, fc.dictionary(key, scalar, { minKeys: 1 })), {
    minKeys: 1,
  })
  const writer = fc.constantFrom(
    (value: unknown) => stringify(value),
    (value: unknown) => stringify(value, { collectionStyle: 'flow' }),
    (value: unknown) => stringify(value, { defaultStringType: 'BLOCK_LITERAL', indent: 4 }),
    (value: unknown) => `# head\n${stringify(value).replaceAll('\n', '\n')}# tail\n`,
  )

  it('re-reading gives exactly the value, and every other one as it was', () => {
    fc.assert(
      fc.property(
        tree,
        writer,
        fc.nat(),
        fc.string({ unit: 'grapheme' }),
        (values, write, pick, fresh) => {
          const text = write(values)
          const paths = Object.entries(values).flatMap(([name, inner]) =>
            inner !== null && typeof inner === 'object' && !Array.isArray(inner)
              ? Object.keys(inner).map((deep) => [name, deep])
              : [[name]],
          )
          const path = paths[pick % paths.length] ?? []
          // The library does not write every text so that it reads it again.
          fc.pre(parseDocument(text).errors.length === 0)
          const before = parse(text)
          const old = path.reduce(
            (inner: unknown, part) => (inner as Record<string, unknown>)[part],
            before,
          )
          const next =
            typeof old === 'string'
              ? fresh.replace(/^(['"])(.*)\1$/s, '$2')
              : typeof old === 'number'
                ? old / 2 + 1
                : old
          const { report, problems } = collect()
          const result = setParams(
            text,
            [`${path.join('.')}=${typeof next === 'string' ? next : JSON.stringify(next)}`],
            report,
          )
          expect(problems).toEqual([])
          const wanted = structuredClone(before) as Record<string, unknown>
          const holder = path
            .slice(0, -1)
            .reduce((inner, part) => inner[part] as Record<string, unknown>, wanted)
          holder[path.at(-1) ?? ''] = next
          expect(parse(result ?? '')).toEqual(wanted)
          const [start = 0, end = 0] = parseYaml('x', text, report)?.node(path)?.range ?? []
          expect(result?.slice(0, start)).toBe(text.slice(0, start))
          expect(result?.endsWith(text.slice(end))).toBe(true)
        },
      ),
      { numRuns: 400 },
    )
  })
})
