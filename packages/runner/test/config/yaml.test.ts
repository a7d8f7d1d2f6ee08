// YAML with places: errors all at once, bombs refused, and where each value stands.

import { placeText } from '@weir/base'
import { describe, expect, it } from 'vitest'
import { Inexact, inexactIn } from '../../src/config/inexact.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import { brief, collect } from './reports.ts'

function parsed(text: string): unknown {
  const { report, problems } = collect()
  const yaml = parseYaml('x.yaml', text, report)
  expect(problems).toEqual([])
  return yaml?.value
}

function problemsOf(text: string): string[] {
  const { report, problems } = collect()
  expect(parseYaml('x.yaml', text, report)).toBeUndefined()
  return problems.map(brief)
}

describe('parseYaml', () => {
  it('reads maps, lists, scalars of YAML 1.2, anchors and merges', () => {
    expect(parsed('a: yes\nb: 2024-01-31\nc: 0o17\nd: [1, 2.5, ~, true]\n')).toEqual({
      a: 'yes',
      b: '2024-01-31',
      c: 15,
      d: [1, 2.5, null, true],
    })
    expect(parsed('base: &b {p: 1, q: 1}\none:\n  <<: *b\n  q: 2\n')).toEqual({
      base: { p: 1, q: 1 },
      one: { p: 1, q: 2 },
    })
  })

  it('reads an empty file, a list, a scalar, Windows line ends and a byte order mark', () => {
    expect(parsed('')).toBeNull()
    expect(parsed('# only a comment\n')).toBeNull()
    expect(parsed('- 1\n- a\n')).toEqual([1, 'a'])
    expect(parsed('just text')).toBe('just text')
    expect(parsed('\uFEFFa: 1\r\nb:\r\n  - x\r\n')).toEqual({ a: 1, b: ['x'] })
  })

  it('reports every syntax error at once, each at its place', () => {
    const { report, problems } = collect()
    parseYaml('x.yaml', 'a: [1\nb: 2\nc: "open\n', report)
    expect(problems.length).toBeGreaterThan(1)
    expect(new Set(problems.map((problem) => problem.code))).toEqual(new Set(['YAML_SYNTAX']))
    expect(problems.every((problem) => problem.place?.line && problem.hint)).toBe(true)
  })

  it('refuses tabs as indentation, two documents, and a key that is given twice', () => {
    expect(problemsOf('a:\n\tb: 1\n')[0]).toMatch(/^YAML_SYNTAX 2:/)
    expect(problemsOf('a: 1\n---\nb: 2\n')).toEqual(['YAML_SYNTAX 2:1'])
    expect(problemsOf('a: 1\nb: 2\na: 3\n')).toEqual(['YAML_SYNTAX 3:1'])
  })

  it('refuses an alias of nothing where it stands, and aliases that multiply', () => {
    expect(problemsOf('a: 1\nb: *nobody\nc: *noone\n')).toEqual([
      'YAML_SYNTAX 2:4',
      'YAML_SYNTAX 3:4',
    ])
    const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 9; level++)
      levels.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      )
    expect(problemsOf(`${levels.join('\n')}\n`)).toEqual(['YAML_ALIASES'])
  })

  it('refuses brackets and dashes that are nested too deeply, before they end the process', () => {
    expect(problemsOf('a: '.concat('['.repeat(50_000)))).toEqual(['YAML_SYNTAX 1:204'])
    expect(problemsOf('{a: '.repeat(50_000))).toEqual(['YAML_SYNTAX 1:801'])
    expect(problemsOf(`a:\n  ${'- '.repeat(50_000)}x`)).toEqual(['YAML_SYNTAX 2:3'])
    expect(parsed(`a: ${'['.repeat(50)}${']'.repeat(50)}`)).toBeTypeOf('object')
  })

  it('refuses numbers that would be rounded, and the key that would be no key', () => {
    const text = 'a: 9007199254740993\nb: [.inf, -.inf, .nan, 1e400]\n__proto__: {x: 1}\n'
    expect(problemsOf(text)).toEqual([
      'BAD_VALUE 1:4',
      'BAD_VALUE 2:5',
      'BAD_VALUE 2:11',
      'BAD_VALUE 2:18',
      'BAD_VALUE 2:24',
      'BAD_VALUE 3:1',
    ])
    expect(parsed('a: 9007199254740992\nb: 1e21\nc: "12345678901234567890"\n')).toEqual({
      a: 2 ** 53,
      b: 1e21,
      c: '12345678901234567890',
    })
  })
})

describe('parseYaml of params', () => {
  const values = (text: string): unknown =>
    parseYaml('p.yaml', text, () => undefined, 'marked')?.value

  it('marks numbers that would be rounded where they stand, also behind an alias', () => {
    const text = 'a: &a .inf\nb: [1, 9007199254740993]\nc: *a\nd: 2\n'
    const inf = new Inexact('.inf', { file: 'p.yaml', line: 1, col: 7, excerpt: 'a: &a .inf' })
    expect(values(text)).toMatchObject({
      a: inf,
      b: [1, { source: '9007199254740993', place: { line: 2, col: 8 } }],
      c: inf,
      d: 2,
    })
    expect(inexactIn(values(text))).toHaveLength(3)
  })

  it('marks the value under a key that would be rounded', () => {
    expect(values('9007199254740993: x\n1: y\n')).toMatchObject({
      '9007199254740993': { source: '9007199254740993', place: { line: 1, col: 1 } },
      '1': 'y',
    })
  })
})

describe('places', () => {
  const text = 'stages:\n  a:\n    deps: [x, "y"]\n    outs:\n      - z: {cache: true}\n'
  const yaml = parseYaml('p.yaml', text, () => undefined)
  const at = (path: (string | number)[], which?: 'key' | 'value') =>
    placeText(yaml?.place(path, which) ?? { file: 'none' })

  it('finds values and keys', () => {
    expect(at(['stages', 'a', 'deps', 1])).toBe('p.yaml:3:15')
    expect(at(['stages', 'a', 'outs', 0, 'z', 'cache'])).toBe('p.yaml:5:20')
    expect(at(['stages', 'a', 'outs', 0, 'z', 'cache'], 'key')).toBe('p.yaml:5:13')
    expect(at(['stages', 'a'], 'key')).toBe('p.yaml:2:3')
  })

  it('falls back to the nearest parent', () => {
    expect(at(['stages', 'a', 'nothing', 'here'])).toBe('p.yaml:3:5')
    expect(at(['nowhere'])).toBe('p.yaml:1:1')
  })

  it('quotes the line without its carriage return', () => {
    const windows = parseYaml('w.yaml', 'a: 1\r\nb: 2\r\n', () => undefined)
    expect(windows?.place(['b'])).toEqual({ file: 'w.yaml', line: 2, col: 4, excerpt: 'b: 2' })
  })
})
