// Every artefact: its example passes, and without one of its keys, or with a value of another type, it is refused
// at the place of the fault.
import type { TSchema } from '@sinclair/typebox'
import { describe, expect, it, test } from 'vitest'
import * as artifacts from '../src/artifacts.ts'
import * as bundle from '../src/bundle.ts'
import { FeatureSpecSchema } from '../src/dataset.ts'
import { documentText, readDocument } from '../src/document.ts'
import { ProductionAnswer, RegisteredVersion } from '../src/registry-answer.ts'
import { TABLES } from './contracts-page.ts'

const DAY = '2024-01-31'
const SHA = 'ab'.repeat(32)
const SPEC = {
  name: 'plan',
  view: 'person',
  type: 'category',
  levels: ['basic', 'premium'],
  min: 0,
  max: 9,
  nullable: false,
}
const COLUMN = {
  column: 'hours',
  type: 'numeric',
  method: 'ks',
  threshold: 0.05,
  score: 0.2,
  adjusted: 0.3,
  drifted: false,
  n_ref: 10,
  n_cur: 12,
  ...{ test: 'ks', p: 0.01, alpha: 0.01, why: 'moved' },
  blanks: { reference: 0, current: 0.1, p: 0.2, effect: 0.01, adjusted: 0.3 },
  new_levels: { share: 0.1, count: 1, levels: [{ level: 'new', share: 0.1 }] },
}
const VERSION = { version: 3, digest: SHA, as_of: DAY, bundle: '.weir/registry/bundles/x' }

const GATE = { gain: 0.1, se: 0.01, bound_low: 0.07, bound_high: 0.12, smallest: 0.02 }
const FIGURES = { value: 0.8, low: 0.75, high: 0.85 }
const EXPECTED = { value: 0.8, se: 0.01 }
const MONTH = {
  period: DAY,
  n: 100,
  positives: 25,
  auc: FIGURES,
  f1: FIGURES,
  precision: FIGURES,
  recall: FIGURES,
  brier: FIGURES,
  called: FIGURES,
  expected: { auc: EXPECTED, f1: EXPECTED, rate: EXPECTED },
  cox: {
    intercept: 0.1,
    slope: 0.9,
    variance: { intercept: 0.01, slope: 0.01, covariance: 0 },
    statistic: 1.2,
    p: 0.5,
    slopeP: 0.4,
    error: 0.01,
  },
}
const CALLS = { period: DAY, n: 100, called: 0.2, mean: 0.25 }
const LABELS = { period: DAY, n: 100, positives: 25 }

/** By the schema's name, a value with every key that it may have. */
const EXAMPLES: Readonly<Record<keyof typeof TABLES, unknown>> = {
  Validation: {
    as_of: DAY,
    rows: 10,
    label_share: 0.2,
    checks: 1,
    failed: 1,
    outcomes: [
      {
        check: 'BELOW_MIN',
        table: 'users',
        column: 'hours',
        expects: 'at least 0',
        found: 'u1 has -1',
        passed: false,
        hint: 'mend the export',
      },
    ],
  },
  OnlineManifest: {
    as_of: DAY,
    entity: 'id',
    rows: 10,
    features: [SPEC],
    views: { person: { ttl_days: 7 } },
    sha256: SHA,
  },
  Drift: {
    reference: '2023-12-31',
    current: DAY,
    preset: 'weir',
    drift_share: 0.5,
    threshold: 0.02,
    target_drift: 0.01,
    target: { reference: 0.2, current: 0.21, difference: 0.01, p: 0.4, matters: 0.03 },
    classifier: { auc: 0.6, low: 0.5, high: 0.7, rows: 90, terms: ['hours'] },
    drifted: 1,
    columns: [COLUMN],
  },
  Decision: {
    as_of: DAY,
    action: 'retrain',
    retrain: true,
    reason: 'retrain: 1 of 2 columns drifted',
    drift_share: 0.5,
    threshold: 0.02,
    target_drift: 0.01,
    labelled: DAY,
    cause: 'performance',
    reasons: [
      { name: 'performance', asks: true, figure: 0.3, p: 0.001, text: 'AUC', silenced: 'known' },
    ],
  },
  Score: {
    as_of: DAY,
    labelled: DAY,
    version: 1,
    current: MONTH,
    registration: MONTH,
    months: [MONTH],
    prediction: { current: CALLS, registration: CALLS },
    target: { current: LABELS, registration: LABELS },
    note: 'nobody held out',
  },
  BundleManifest: {
    schema: 'weir/bundle/1',
    name: 'churn',
    as_of: DAY,
    files: [{ path: 'model.json', size: 12, sha256: SHA }],
  },
  ModelEnvelope: {
    schema: 'weir/model/1',
    name: 'churn',
    as_of: DAY,
    entity: 'id',
    features: [SPEC],
    encoder: {},
    members: [],
    calibration: null,
    threshold: 0.4,
  },
  Examples: [
    { row: { plan: 'basic', hours: 3, member: true, town: null }, probability: 0.3, prediction: 0 },
  ],
  Split: { held_out: 0.2, salt: 'a' },
  Training: {
    as_of: DAY,
    model_type: 'logistic+mlp',
    rows: 100,
    positives: 20,
    unlabelled: 0,
    columns: 12,
    members: 2,
    val_auc: 0.8,
    val_log_loss: 0.4,
    val_f1: 0.5,
    val_accuracy: 0.9,
    train_auc: 0.9,
    train_log_loss: 0.3,
    threshold: 0.4,
    best_epochs: '10 12',
  },
  ReferenceProfile: [
    {
      column: 'hours',
      type: 'number',
      n: 10,
      missing: 1,
      numeric: { mean: 1, sd: 1, min: 0, max: 2, quantiles: { '0.5': 1 }, histogram: [9, 1] },
    },
  ],
  Evaluation: {
    auc: 0.8,
    auc_low: 0.7,
    auc_high: 0.9,
    pr_auc: 0.5,
    brier: 0.1,
    log_loss: 0.4,
    f1: 0.5,
    precision: 0.5,
    recall: 0.5,
    accuracy: 0.9,
    threshold: 0.4,
    n: 100,
    positives: 20,
  },
  Comparison: {
    as_of: DAY,
    period: DAY,
    candidate_auc: 0.8,
    production_auc: 0.7,
    production_version: 1,
    ...GATE,
    gain_low: 0.05,
    gain_high: 0.15,
    min_gain: 0,
    n: 100,
    positives: 25,
    answer: 'promote',
    promote: true,
    reason: 'the gain is more than 0',
    guards: [{ guard: 'cost', answer: 'pass', text: 'cheap' }],
    join: { version: 2, stays: 'joining', difference: 0.01, reason: 'more' },
  },
  Challenge: {
    as_of: DAY,
    version: 2,
    against: 1,
    looks: [DAY],
    answer: 'undecided',
    ...GATE,
    reason: 'cannot be told from chance',
    guards: [{ guard: 'cost', answer: 'pass', text: 'cheap' }],
  },
  Promotion: {
    as_of: DAY,
    decision: 'promoted',
    version: 2,
    digest: SHA,
    replaces: 1,
    reason: 'the gain is more than 0',
    challenger: { version: 3, decision: 'superseded', reason: 'less' },
  },
  Publication: {
    as_of: DAY,
    table: SHA,
    version: 2,
    live: true,
    challenger: { version: 3, decision: 'open', reason: 'undecided' },
    reason: 'served',
  },
  FeatureSpec: SPEC,
  RegisteredVersion: VERSION,
  Challenger: { ...VERSION, looks: [DAY] },
  PastAnswer: {
    labelled: DAY,
    asked: [{ reason: 'drift', figure: 0.07, period: DAY, labelled: DAY }],
    acknowledged: [{ reason: 'target', figure: 0.04, note: 'a price test' }],
  },
  Acceptance: {
    ...{ period: DAY, reason: 'a new currency', by: 'ada', at: '2024-02-01T08:00:00.000Z' },
    findings: ['people, rows: expected 500 to 1,500 rows; found 10 rows'],
    tables: {},
    labels: null,
  },
}

/** Keys that may be absent, wherever they stand. */
const OPTIONAL = new Set(['hint', 'adjusted', 'levels', 'min', 'max'])
/** Maps by a name that the user chose: any of their keys may be absent. */
const OPEN = new Set(['views', 'row', 'quantiles'])
/** What @weir/ml has schemas of; here any value does. */
const UNKNOWN = new Set(['encoder', 'members', 'calibration'])

type Path = readonly (string | number)[]

/** The places of a value, its own first. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  const below = keys.flatMap((key) =>
    UNKNOWN.has(String(key)) ? [] : placesOf(Reflect.get(value, key), [...path, key]),
  )
  return [path, ...below]
}

/** A copy with another value at a path; undefined takes the key away. */
function changed(value: unknown, path: Path, other: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return other
  if (typeof value !== 'object' || value === null) throw new RangeError(path.join('/'))
  const copy = structuredClone(value)
  Reflect.set(copy, key, changed(Reflect.get(value, key), rest, other))
  return copy
}

function isRequired(value: unknown, path: Path): boolean {
  const key = path.at(-1)
  const inMap = OPEN.has(String(path.at(-2)))
  // The limits of a profile's figures have the names of a feature's, but none may be absent.
  const optional = OPTIONAL.has(String(key)) && !path.includes('numeric')
  return typeof key === 'string' && !inMap && !optional && value !== undefined
}

const pointer = (path: Path) => `/${path.join('/')}`

function problem(schema: TSchema, value: unknown): string {
  const read = readDocument(schema, JSON.stringify(value))
  return 'problem' in read ? read.problem : 'none'
}

describe.each(Object.entries(TABLES))('%s', (name, schema) => {
  const example = EXAMPLES[name]
  const places = placesOf(example)

  it('takes its example, and writes it as it is read', () => {
    const text = documentText(schema, example, name)
    expect(readDocument(schema, text)).toEqual({ value: example })
  })

  it('refuses a value of another type at every place', () => {
    for (const path of places) {
      // Nothing here is a list within a list.
      const found = problem(schema, changed(example, path, [[]]))
      expect(found, pointer(path)).toMatch(/expected|missing/)
      expect(found.startsWith(pointer(path)), `${pointer(path)}: ${found}`).toBe(true)
    }
  })

  it('refuses the want of every key that is not optional, and names it', () => {
    for (const path of places.filter((place) => isRequired(example, place))) {
      const found = problem(schema, changed(example, path, undefined))
      expect(found, pointer(path)).toContain(String(path.at(-1)))
      expect(found.startsWith(pointer(path.slice(0, -1))), found).toBe(true)
    }
  })

  it('is not a list for a map, nor null, a text or a number', () => {
    for (const other of [null, 'text', 1, true]) expect(problem(schema, other)).toMatch(/^\/: /)
  })
})

test('the manifests are open to keys of a newer version; the other documents are closed', () => {
  const open = Object.entries(TABLES).filter(([name, schema]) => {
    const example = EXAMPLES[name]
    if (Array.isArray(example)) return problem(schema, [{ ...example[0], newer: 1 }]) === 'none'
    return problem(schema, changed(example, ['newer'], 1)) === 'none'
  })
  expect(open.map(([name]) => name).sort()).toEqual(['BundleManifest', 'OnlineManifest', 'Split'])
})

describe('figures', () => {
  it.each<[string, Path, unknown]>([
    ['Evaluation', ['auc'], 1.01],
    ['Evaluation', ['brier'], -0.01],
    ['Evaluation', ['n'], 1.5],
    ['Evaluation', ['positives'], -1],
    ['Comparison', ['production_version'], 0],
    ['Promotion', ['version'], 0],
    ['Promotion', ['decision'], 'waiting'],
    ['Promotion', ['digest'], SHA.toUpperCase()],
    ['Promotion', ['digest'], SHA.slice(1)],
    ['Decision', ['action'], 'stop'],
    ['Decision', ['as_of'], '2023-02-29'],
    ['Drift', ['columns', 0, 'adjusted'], 1.5],
    ['Drift', ['columns', 0, 'threshold'], -1],
    ['OnlineManifest', ['features'], []],
    ['OnlineManifest', ['entity'], ''],
    ['OnlineManifest', ['views', 'person', 'ttl_days'], -1],
    ['BundleManifest', ['files'], []],
    ['BundleManifest', ['schema'], 'weir/bundle/2'],
    ['ModelEnvelope', ['features', 0, 'type'], 'date'],
    ['Examples', [0, 'prediction'], 2],
    ['Examples', [], []],
    ['ReferenceProfile', [0, 'numeric', 'sd'], -1],
  ])('of %s at %j may not be %j', (name, path, value) => {
    const schema = TABLES[name]
    if (schema === undefined) throw new RangeError(name)
    expect(problem(schema, changed(EXAMPLES[name], path, value))).toMatch(
      new RegExp(`^${pointer(path)}: `),
    )
  })

  it('may be null where there is nothing to tell', () => {
    const without: [TSchema, unknown, string[]][] = [
      [artifacts.Evaluation, EXAMPLES.Evaluation, ['auc_low', 'auc_high']],
      [
        artifacts.Comparison,
        EXAMPLES.Comparison,
        ['production_auc', 'production_version', 'gain', 'gain_low', 'gain_high'],
      ],
      [
        artifacts.Drift,
        EXAMPLES.Drift,
        ['reference', 'drift_share', 'target_drift', 'target', 'classifier'],
      ],
      [artifacts.Promotion, EXAMPLES.Promotion, ['replaces']],
      [artifacts.Validation, EXAMPLES.Validation, ['label_share']],
    ]
    for (const [schema, example, keys] of without) {
      for (const key of keys)
        expect(problem(schema, changed(example, [key], null)), key).toBe('none')
    }
  })
})

describe('the profile of a column', () => {
  const LEVELS = { column: 'plan', type: 'category', n: 4, missing: 0, shares: { basic: 0.25 } }
  const check = (column: object) => problem(bundle.ReferenceProfile, [column])

  it('has figures or shares, not both', () => {
    expect(check(LEVELS)).toBe('none')
    expect(check({ ...LEVELS, numeric: null })).toMatch(/^\/0/)
    expect(check({ column: 'plan', type: 'category', n: 4, missing: 0 })).toMatch(/^\/0/)
  })

  it('has shares from 0 to 1', () => {
    expect(check({ ...LEVELS, shares: { basic: 1.1 } })).toMatch(/^\/0/)
  })
})

describe('what the registry answers', () => {
  it('is a version whole, or none', () => {
    expect(problem(RegisteredVersion, VERSION)).toBe('none')
    expect(problem(ProductionAnswer, VERSION)).toBe('none')
    expect(problem(ProductionAnswer, { version: null })).toBe('none')
    for (const key of Object.keys(VERSION)) {
      expect(problem(ProductionAnswer, changed(VERSION, [key], undefined)), key).not.toBe('none')
    }
    expect(problem(ProductionAnswer, { ...VERSION, version: null })).not.toBe('none')
  })
})

test('a feature is of one of the types that the table of types says', () => {
  for (const type of ['number', 'integer', 'boolean', 'category']) {
    expect(problem(FeatureSpecSchema, { ...SPEC, type })).toBe('none')
  }
  for (const type of ['string', 'date', 'timestamp', 'toString', '']) {
    expect(problem(FeatureSpecSchema, { ...SPEC, type })).toMatch(
      /^\/type: expected number or integer or boolean or category, /,
    )
  }
})
