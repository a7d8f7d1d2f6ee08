// Documents of decisions, publications, scores, the monitor and predictions: what round-trips, and what is refused.
import type { TSchema } from '@sinclair/typebox'
import { sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decision, REASON_NAMES } from '../src/decision.ts'
import { documentText, parseDocument, readDocument } from '../src/document.ts'
import { LOOK_OUTCOMES, MONITOR_SCHEMA, MonitorLine } from '../src/monitor-line.ts'
import { PREDICTION_SCHEMA, PredictionLine } from '../src/prediction-log.ts'
import { OUTCOMES, Publication } from '../src/publication.ts'
import { Score } from '../src/score.ts'

const asOf = fc.constantFrom('2023-12-31', '2024-01-31', '2024-02-29')
const version = fc.integer({ min: 1, max: 1e6 })
const count = fc.nat(1e6)
// JSON has one zero: −0 is written as 0.
const positive = (value: number) => value + 0
const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map(positive)
const share = fc.double({ min: 0, max: 1, noNaN: true }).map(positive)
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
const text = fc.string()

const decision = fc.record({
  as_of: asOf,
  action: fc.constantFrom('bootstrap', 'retrain', 'wait', 'none'),
  retrain: fc.boolean(),
  reason: text,
  drift_share: maybe(figure),
  threshold: figure,
  target_drift: maybe(figure),
  labelled: maybe(asOf),
  cause: maybe(fc.constantFrom(...REASON_NAMES)),
  reasons: fc.array(
    fc.record({
      name: fc.constantFrom(...REASON_NAMES),
      asks: fc.boolean(),
      figure: maybe(figure),
      p: maybe(figure),
      text,
      silenced: maybe(text),
    }),
    { maxLength: 5 },
  ),
})

const publication = fc.record({
  as_of: asOf,
  table: text.map((content) => sha256(content)),
  version: maybe(version),
  live: fc.boolean(),
  challenger: maybe(fc.record({ version, decision: fc.constantFrom(...OUTCOMES), reason: text })),
  reason: text,
})

const calls = fc.record({ period: asOf, n: count, called: share, mean: share })
const labels = fc.record({ period: asOf, n: count, positives: count })
const score = fc.record({
  as_of: asOf,
  labelled: maybe(asOf),
  version: maybe(version),
  current: fc.constant(null),
  registration: fc.constant(null),
  months: fc.constant([]),
  prediction: maybe(fc.record({ current: calls, registration: maybe(calls) })),
  target: maybe(fc.record({ current: labels, registration: maybe(labels) })),
  note: maybe(text),
})

const look = fc.record({
  schema: fc.constant(MONITOR_SCHEMA),
  kind: fc.constant('look'),
  at: fc.constant('2024-03-01T06:00:00.000Z'),
  period: asOf,
  run: maybe(text),
  outcome: fc.constantFrom(...LOOK_OUTCOMES),
  problem: maybe(fc.record({ code: text, message: text, stage: maybe(text) })),
  action: maybe(text),
  reason: maybe(text),
  decision: maybe(text),
  production: maybe(version),
  performance: fc.constant(null),
  drift: fc.constant(null),
  served: fc.constant([]),
  alerts: fc.array(fc.record({ cause: text, text }), { maxLength: 3 }),
})
const sent = fc.record({
  schema: fc.constant(MONITOR_SCHEMA),
  kind: fc.constant('sent'),
  at: fc.constant('2024-03-01T06:00:00.000Z'),
  cause: text,
  to: text,
})
const prediction = fc.record({
  schema: fc.constant(PREDICTION_SCHEMA),
  id: fc.string({ minLength: 1 }),
  at: fc.constant('2024-03-01T06:00:00.000Z'),
  model: fc.string({ minLength: 1 }),
  version,
  entity: fc.string({ minLength: 1 }),
  as_of: asOf,
  probability: share,
  prediction: fc.constantFrom(0, 1),
})

type Kind = readonly [name: string, schema: TSchema, values: fc.Arbitrary<object>]
const CLOSED: readonly Kind[] = [
  ['decision', Decision, decision],
  ['publication', Publication, publication],
  ['score', Score, score],
  ['look', MonitorLine, look],
  ['sent', MonitorLine, sent],
]
const ALL: readonly Kind[] = [...CLOSED, ['prediction', PredictionLine, prediction]]

describe.each(ALL)('%s', (name, schema, values) => {
  it('is what its text says, and has one text', () => {
    fc.assert(
      fc.property(values, (value) => {
        const written = documentText(schema, value, name)
        const read = parseDocument(schema, written, name)
        expect(read).toEqual(value)
        expect(documentText(schema, read, name)).toBe(written)
      }),
    )
  })

  it('is none without any one of its keys', () => {
    fc.assert(
      fc.property(values, (value) => {
        for (const key of Object.keys(value)) {
          const { [key]: _, ...rest } = value as Record<string, unknown>
          expect(readDocument(schema, JSON.stringify(rest))).toHaveProperty('problem')
        }
      }),
      { numRuns: 10 },
    )
  })

  it('is none when it is cut off', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, at) => {
        const whole = JSON.stringify(value)
        const read = readDocument(schema, whole.slice(0, at % whole.length))
        expect(read).toEqual({ problem: expect.stringMatching(/^no JSON: /) })
      }),
    )
  })
})

it.each(CLOSED)('%s has no key beside its own', (name, schema, values) => {
  const [value] = fc.sample(values, { numRuns: 1, seed: 1 })
  const more = JSON.stringify({ ...value, more: 1 })
  expect(() => parseDocument(schema, more, name)).toThrow(
    expect.objectContaining({ code: 'ARTIFACT_INVALID', where: name }),
  )
})

it('a line of predictions of a newer server may say more', () => {
  fc.assert(
    fc.property(prediction, (line) => {
      const value = { ...line, latency_ms: 3 }
      expect(readDocument(PredictionLine, JSON.stringify(value))).toEqual({ value })
    }),
  )
})

it.each<[string, TSchema, fc.Arbitrary<object>, string, unknown]>([
  ['decision', Decision, decision, 'action', 'sleep'],
  ['decision', Decision, decision, 'cause', 'mood'],
  ['decision', Decision, decision, 'threshold', null],
  ['decision', Decision, decision, 'as_of', '2024-1-31'],
  ['publication', Publication, publication, 'table', 'f'.repeat(63)],
  ['publication', Publication, publication, 'version', 0],
  ['publication', Publication, publication, 'live', 'yes'],
  ['score', Score, score, 'months', null],
  ['score', Score, score, 'version', 1.5],
  ['prediction', PredictionLine, prediction, 'probability', 1.01],
  ['prediction', PredictionLine, prediction, 'prediction', 2],
  ['prediction', PredictionLine, prediction, 'entity', ''],
])('a wrong %s is refused by its place ($#)', (_, schema, values, key, wrong) => {
  const [value] = fc.sample(values, { numRuns: 1, seed: 1 })
  expect(readDocument(schema, JSON.stringify({ ...value, [key]: wrong }))).toEqual({
    problem: expect.stringContaining(`/${key}`),
  })
})
