// One loader for the server, the registry and the stages: what it checks, what it gives, what it refuses.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { BUNDLE_SCHEMA, MODEL_SCHEMA } from '@weir/formats/bundle'
import { makeExamples } from '@weir/ml/bundle'
import { type Model, parseModel } from '@weir/ml/model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBundle } from '../src/bundle.ts'
import { FORMATS } from '../src/format.ts'
import { loadModel, modelProblems, verifyBundle } from '../src/load.ts'

const MODEL: Model = {
  schema: MODEL_SCHEMA,
  name: 'churn',
  as_of: '2024-01-31',
  entity: 'id',
  features: [{ name: 'hours', view: 'usage', type: 'number', nullable: true }],
  encoder: {
    blocks: [{ kind: 'number', feature: 'hours', fill: 30, blank: false, knots: [] }],
    center: [30],
    scale: [20],
  },
  members: [
    {
      name: 'one',
      kind: 'logistic',
      weight: 1,
      layers: [{ inputs: 1, units: 1, activation: 'linear', kernel: [-1], bias: [0] }],
    },
  ],
  calibration: { method: 'none' },
  threshold: 0.5,
}
const ROWS = [{ hours: 10 }, { hours: 50 }, { hours: null }]
const FILES = {
  'model.json': JSON.stringify(MODEL),
  'examples.json': JSON.stringify(makeExamples(MODEL, ROWS)),
}

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-models-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Writes a bundle of text files; returns its digest. */
function write(texts: Readonly<Record<string, string>>) {
  const files = Object.entries(texts).map(([path, text]) => {
    writeFileSync(join(dir, path), text)
    return { path, size: Buffer.byteLength(text), sha256: sha256(text) }
  })
  const manifest = JSON.stringify({
    schema: BUNDLE_SCHEMA,
    name: 'churn',
    as_of: '2024-01-31',
    files,
  })
  writeFileSync(join(dir, 'manifest.json'), manifest)
  return sha256(manifest)
}

describe('a loaded model', () => {
  it('answers as the model that was written, by row and by column', async () => {
    const digest = write(FILES)
    const model = await loadModel(dir, { expected: digest })
    const expected = makeExamples(parseModel(JSON.parse(FILES['model.json'])), ROWS)
    expect(ROWS.map((row) => ({ row, ...model.predict(row) }))).toEqual(expected)
    expect(model.probabilities({ hours: [10, 50, null] })).toEqual(
      expected.map(({ probability }) => probability),
    )
    expect(model).toMatchObject({ name: 'churn', entity: 'id', threshold: 0.5 })
    expect(model.bundle).toMatchObject({ dir, digest, as_of: '2024-01-31' })
    expect(modelProblems(model)).toEqual([])
  })

  it('brings the texts that were asked for, as far as the bundle has them', async () => {
    write({ ...FILES, 'split.json': '{}', 'notes.txt': 'x' })
    const { texts } = (await loadModel(dir, { keep: ['split.json', 'none.json'] })).bundle
    expect([...texts.keys()].sort()).toEqual(['examples.json', 'model.json', 'split.json'])
  })
})

describe('a bundle is refused', () => {
  it.each([
    ['another digest', 'BUNDLE_DAMAGED', () => ({ expected: sha256('other') })],
    ['a file of another size', 'BUNDLE_DAMAGED', () => spoil('model.json', 'x')],
    ['a kept file of other bytes', 'BUNDLE_DAMAGED', () => flip('model.json')],
    ['another file of other bytes', 'BUNDLE_DAMAGED', () => flip('notes.txt')],
    ['a file that is gone', 'BUNDLE_MISSING', () => rmSync(join(dir, 'notes.txt'))],
    ['no manifest', 'BUNDLE_MISSING', () => rmSync(join(dir, 'manifest.json'))],
    ['a manifest of another form', 'BUNDLE_MANIFEST', () => spoil('manifest.json', '{}')],
  ])('for %s', async (_, code, harm) => {
    write({ ...FILES, 'notes.txt': 'notes' })
    const about = harm()
    await expect(loadModel(dir, about ?? {})).rejects.toMatchObject({
      code,
      where: expect.stringContaining(dir),
    })
  })

  it('without a model in any format that is known', async () => {
    write({ 'examples.json': '[]' })
    const message = `the bundle has no model: ${FORMATS.map(({ file }) => file).join(' or ')}`
    await expect(loadModel(dir)).rejects.toMatchObject({ code: 'BUNDLE_MISSING', message })
    // As a folder of files it is sound.
    expect((await openBundle(dir)).files).toHaveLength(1)
  })

  it.each([
    ['no JSON', '{'],
    ['another form', '{"schema": "weir/model/2"}'],
  ])('with a model that is %s', async (_, text) => {
    write({ ...FILES, 'model.json': text })
    await expect(loadModel(dir)).rejects.toMatchObject({ code: 'MODEL_INVALID' })
  })
})

describe('verifying', () => {
  it('finds nothing wrong with a sound bundle', async () => {
    write(FILES)
    expect(await verifyBundle(dir)).toEqual([])
  })

  it.each([
    [
      'a model that answers otherwise',
      { 'model.json': changed({ threshold: 0.9 }) },
      /^example 0 gives/,
    ],
    ['no examples', { 'examples.json': '[]' }, /^examples.json: \/: expected a list of 1 or more/],
    ['examples of another form', { 'examples.json': '[{"row": 7}]' }, /^examples.json: \/0/],
    ['an example that does not fit', { 'examples.json': exampleOfText() }, /^FEATURE_TYPE: hours/],
    ['a model that is none', { 'model.json': '[]' }, /^MODEL_INVALID: /],
  ])('tells of %s', async (_, files, problem) => {
    write({ ...FILES, ...files })
    expect((await verifyBundle(dir))[0]).toMatch(problem)
  })

  it('tells of a bundle without examples, and of one that is not whole', async () => {
    write({ 'model.json': FILES['model.json'] })
    expect(await verifyBundle(dir)).toEqual(['the bundle lacks examples.json'])
    flip('model.json')
    expect(await verifyBundle(dir)).toEqual([
      'BUNDLE_DAMAGED: the content of model.json is not what the manifest says',
    ])
  })
})

function changed(part: Partial<Model>): string {
  return JSON.stringify({ ...MODEL, ...part })
}

function exampleOfText(): string {
  return '[{"row": {"hours": "many"}, "probability": 0.5, "prediction": 1}]'
}

function spoil(file: string, text: string): void {
  writeFileSync(join(dir, file), text)
}

/** Changes the last byte of a file. */
function flip(file: string): void {
  const bytes = readFileSync(join(dir, file))
  bytes[bytes.length - 1] = 0x20
  writeFileSync(join(dir, file), bytes)
}
