// A text checked by a schema: what is wrong is named with its path inside the document; what is written is what is read.
import { Type } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { Drift } from '../src/artifacts.ts'
import { BundleManifest } from '../src/bundle.ts'
import { documentText, parseDocument, readDocument } from '../src/document.ts'

const COLUMN = {
  column: 'hours',
  type: 'numeric' as const,
  method: 'ks',
  threshold: 0.05,
  score: 0.2,
  ...{ test: null, p: null, adjusted: null, alpha: null },
  drifted: false,
  why: 'ks p = 0.2 >= 0.05',
  n_ref: 10,
  n_cur: 12,
  blanks: { reference: 0, current: 0, p: null, effect: 0, adjusted: null },
  new_levels: { share: 0, count: 0, levels: [] },
}
const DRIFT: Drift = {
  reference: '2024-01-31',
  current: '2024-02-29',
  preset: 'evidently',
  drift_share: 0,
  threshold: 0.02,
  target_drift: null,
  target: null,
  classifier: null,
  drifted: 0,
  columns: [COLUMN],
}
const name = 'artifacts/drift.json'
const parse = (value: unknown) => parseDocument(Drift, JSON.stringify(value), name)

describe('a document', () => {
  it('is what its text says', () => {
    expect(parse(DRIFT)).toEqual(DRIFT)
  })

  it.each([
    [
      { ...DRIFT, columns: [{ ...COLUMN, score: 'much' }] },
      '/columns/0/score: expected a number or null, found "much"',
    ],
    [
      { ...DRIFT, current: '2024-02-30' },
      '/current: expected a date of the calendar, such as 2024-01-31, found "2024-02-30"',
    ],
    [{ ...DRIFT, drifted: -1 }, '/drifted: expected an integer of at least 0, found -1'],
    [{ ...DRIFT, drift_share: 2 }, '/drift_share: expected a number from 0 to 1 or null, found 2'],
    [
      { ...DRIFT, columns: [{ ...COLUMN, type: 'odd' }] },
      '/columns/0/type: expected numeric or categorical, found "odd"',
    ],
    [{ ...DRIFT, drfited: 0 }, "/drfited: unknown key 'drfited' (did you mean 'drifted'?)"],
    [{ ...DRIFT, columns: undefined }, '/: the key columns is missing'],
    [[], '/: expected a map of keys, found []'],
    [null, '/: expected a map of keys, found null'],
  ])('%j is refused with its place', (value, problem) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_INVALID',
        message: `${name}: ${problem}`,
        where: name,
        hint: expect.stringContaining('run the stage'),
      }),
    )
  })

  it('names three problems and counts the rest', () => {
    const columns = Array.from({ length: 5 }, () => ({ ...COLUMN, n_ref: 'x' }))
    const read = readDocument(Drift, JSON.stringify({ ...DRIFT, columns }))
    expect(read).toMatchObject({ problem: expect.stringMatching(/^\/columns\/0.*; and 2 more$/) })
  })

  it('writes keys that hold a slash or a tilde as a JSON pointer does', () => {
    const schema = Type.Record(Type.String(), Type.Number())
    expect(readDocument(schema, '{"a/b~c": "x"}')).toMatchObject({
      problem: '/a~1b~0c: expected a number, found "x"',
    })
  })

  it('that is no JSON is told as such', () => {
    expect(() => parseDocument(Drift, '{"reference": ', name)).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_INVALID',
        message: expect.stringContaining(`${name}: no JSON: `),
      }),
    )
  })

  it('may not hold the members of Object as keys', () => {
    const text = JSON.stringify(DRIFT).replace('{', '{"__proto__": {"polluted": 1}, ')
    expect(() => parseDocument(Drift, text, name)).toThrow(/unknown key '__proto__'/)
  })
})

describe('a text', () => {
  it('has its keys in the order of the value, indented by two, and a newline at its end', () => {
    expect(documentText(Drift, DRIFT, name)).toBe(`${JSON.stringify(DRIFT, null, 2)}\n`)
  })

  it('has null for what JSON cannot say, where the schema allows it', () => {
    const blank = { ...DRIFT, columns: [{ ...COLUMN, score: Number.NaN }] }
    const text = documentText(Drift, blank, name)
    expect(parseDocument(Drift, text, name).columns[0]?.score).toBeNull()
    const endless = { ...DRIFT, threshold: Number.POSITIVE_INFINITY }
    expect(() => documentText(Drift, endless, name)).toThrow(
      /threshold: expected a number, found null/,
    )
  })
})

describe('a file of a bundle', () => {
  const manifest = (path: string) =>
    JSON.stringify({
      schema: 'weir/bundle/1',
      name: 'churn',
      as_of: '2024-01-31',
      files: [{ path, size: 1, sha256: '0'.repeat(64) }],
    })

  it.each([
    'model.json',
    'weights/a.bin',
    '.hidden',
    '..a',
    'a/...',
    'notmanifest.json',
    'x/manifest.json',
  ])('may be %s', (path) => {
    expect(readDocument(BundleManifest, manifest(path))).toHaveProperty('value')
  })

  it.each([
    '',
    '.',
    '..',
    '/etc/passwd',
    'a//b',
    'a/',
    'a/../b',
    './a',
    'a\\b',
    'a\0b',
    'manifest.json',
    '../../x',
  ])('may not be %j', (path) => {
    expect(readDocument(BundleManifest, manifest(path))).toMatchObject({
      problem: expect.stringContaining('/files/0/path'),
    })
  })
})
