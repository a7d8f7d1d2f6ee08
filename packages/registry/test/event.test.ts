// One line of the journal: it is read as it was written, and no other line is taken for an event.
import { sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type EventBody, eventOf, lineOf, readLine, type Stamp } from '../src/event.ts'
import { resolveRegistryRef } from '../src/refs.ts'
import { scratch } from './rig.ts'

const subject = fc.record({
  name: fc.string({ minLength: 1 }),
  version: fc.integer({ min: 1, max: 1e6 }),
  digest: fc.string().map((text) => sha256(text)),
  as_of: fc.constantFrom('2024-01-31', '2024-02-29'),
  reason: fc.string(),
})
const happened = fc.oneof(
  fc.constantFrom({ type: 'registered' }, { type: 'rejected' }, { type: 'staged' }),
  fc.record({
    type: fc.constant('challenged'),
    labelled: fc.constant('2024-02-29'),
    against: fc.nat(9),
    gain: fc.constant(0.004),
    se: fc.option(fc.constant(0.01), { nil: null }),
  }),
  fc.record({ type: fc.constant('closed'), outcome: fc.constantFrom('rejected', 'not_shown') }),
  fc.record({ type: fc.constant('promoted'), replaces: fc.option(fc.nat(9), { nil: null }) }),
  fc.record({ type: fc.constant('alias_set'), alias: fc.string({ minLength: 1 }) }),
  fc.record({
    type: fc.constant('evaluated'),
    metrics: fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.boolean(), fc.constant(null))),
  }),
)
const body = fc.tuple(subject, happened).map(([who, what]) => ({ ...who, ...what }) as EventBody)
const stamp: fc.Arbitrary<Stamp> = fc.record({
  at: fc.constant('2024-03-01T12:00:00.000Z'),
  by: fc.string(),
  run: fc.option(fc.string(), { nil: null }),
  git: fc.option(fc.string(), { nil: null }),
})
const event = fc
  .tuple(body, stamp, fc.integer({ min: 1, max: 1e6 }))
  .map(([what, when, seq]) => eventOf(what, when, seq))

const changed = (line: string, change: object) => JSON.stringify({ ...JSON.parse(line), ...change })

describe('a line', () => {
  it('gives the event that was written, on one line whatever its texts hold', () => {
    fc.assert(
      fc.property(event, (written) => {
        const line = lineOf(written)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(readLine(line.trimEnd(), written.seq)).toEqual({
          event: JSON.parse(JSON.stringify(written)),
        })
      }),
    )
  })

  it('with any of its fields changed or taken away is none', () => {
    fc.assert(
      fc.property(event, (written) => {
        const line = lineOf(written)
        for (const key of Object.keys(written).filter((name) => name !== 'schema')) {
          for (const other of ['another value', undefined]) {
            const read = readLine(changed(line, { [key]: other }), written.seq)
            expect(read, key).toHaveProperty('problem')
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('at another place is none', () => {
    fc.assert(
      fc.property(event, fc.integer({ min: 1, max: 1e6 }), (written, seq) => {
        fc.pre(seq !== written.seq)
        expect(readLine(lineOf(written), seq)).toEqual({
          problem: `seq ${written.seq} where ${seq} is due`,
        })
      }),
    )
  })

  it.each<[string, string]>([
    ['', 'not a JSON object'],
    ['{"schema": 1', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{}', 'no schema number'],
    ['{"schema": "1"}', 'no schema number'],
    ['{"schema": 1}', 'its id is not the digest of its content'],
  ])('%j is none', (line, problem) => expect(readLine(line, 1)).toEqual({ problem }))

  it('of a newer schema is not judged', () => {
    expect(readLine('{"schema": 3, "anything": true}', 1)).toEqual({ future: 3 })
  })
})

test.each([
  'churn',
  'registry://',
  'registry://churn',
  'registry://churn/incumbent',
  'registry://churn/incumbent?',
  'registry://churn/champion?store=models',
  'registry:///incumbent?store=models',
  'registry://churn/incumbent?before=2024-01-31',
  'registry://churn/incumbent?store=models',
  'registry://churn/incumbent?store=&before=2024-01-31',
  'registry://churn/rival?store=models',
  'registry://churn/registered?store=models&candidate',
])('%s is no reference', async (ref) => {
  await expect(resolveRegistryRef(ref, scratch())).rejects.toMatchObject({
    code: 'REF_INVALID',
    message: expect.stringContaining(ref),
    hint: expect.stringContaining('registry://NAME/incumbent?store=FOLDER'),
  })
})
