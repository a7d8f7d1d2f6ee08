// The fold of what happens beside promotions: looks at a challenger, its end, tables put live, causes acknowledged.
import { type Digest, sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventBody, eventOf, type JournalEvent, type Look } from '../src/event.ts'
import { challenger, fold } from '../src/fold.ts'
import { NAME } from './rig.ts'

/** What is added to a body's subject. */
type Act = EventBody extends infer Body
  ? Body extends EventBody
    ? Omit<Body, 'name' | 'version' | 'digest' | 'as_of' | 'reason'>
    : never
  : never

/** A journal of acts on versions. */
function journalOf(acts: readonly (readonly [version: number, act: Act])[]): JournalEvent[] {
  return acts.map(([version, act], at) => {
    const digest = sha256(`bundle ${version}`)
    const reason = `event ${at}`
    const body = { name: NAME, version, digest, as_of: '2024-01-31', reason, ...act } as EventBody
    const stamp = { at: '2024-02-01T00:00:00Z', by: 'ada', run: null, git: null }
    return eventOf(body, { ...stamp, period: '2024-02-29' }, at + 1)
  })
}

const REGISTERED = [1, 2, 3].map((version) => [version, { type: 'registered' }] as const)
const modelOf = (...acts: (readonly [number, Act])[]) =>
  fold(journalOf([...REGISTERED, ...acts])).get(NAME)

const look: fc.Arbitrary<Look> = fc.record({
  labelled: fc.constantFrom('2024-01-31', '2024-02-29'),
  against: fc.integer({ min: 1, max: 3 }),
  gain: fc.double({ min: -1, max: 1, noNaN: true }),
  se: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
})
const table = fc
  .nat(4)
  .map((at) => ({ digest: sha256(`table ${at}`), as_of: `2024-0${at + 1}-28` }))
const outcome = fc.constantFrom('rejected', 'superseded', 'not_shown')

describe('challenged and closed', () => {
  it('keep the looks of each version, in order, and no other’s', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), look)), (looks) => {
        const model = modelOf(
          ...looks.map(([v, one]) => [v, { type: 'challenged', ...one }] as const),
        )
        for (const version of [1, 2, 3]) {
          const own = looks.flatMap(([v, one]) => (v === version ? [one] : []))
          expect(model?.versions.get(version)?.looks).toEqual(own)
          expect(model?.versions.get(version)?.decided?.decision ?? null).toBe(
            own.length > 0 ? 'open' : null,
          )
        }
      }),
    )
  })

  it('close a challenger for good, with its looks kept', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1 }), outcome, outcome, (looks, end, later) => {
        const acts = looks.map((one) => [2, { type: 'challenged', ...one }] as const)
        expect(challenger(modelOf(...acts))?.version).toBe(2)
        const closed = [2, { type: 'closed', outcome: end }] as const
        const again = [2, { type: 'closed', outcome: later }] as const
        const model = modelOf(...acts, closed, again)
        expect(challenger(model)).toBeNull()
        const reason = `event ${REGISTERED.length + looks.length}`
        expect(model?.versions.get(2)).toMatchObject({
          decided: { decision: end, reason, replaces: null },
          looks,
          stage: 'None',
        })
      }),
    )
  })

  it('take a waiting version out of Staging, with its request', () => {
    const request = { against: 1, bound: [], table: null }
    const staged = modelOf([2, { type: 'staged', request }])
    expect(staged?.versions.get(2)).toMatchObject({ stage: 'Staging', request })
    const closed = modelOf(
      [2, { type: 'staged', request }],
      [2, { type: 'closed', outcome: 'superseded' }],
    )
    expect(closed?.versions.get(2)).toMatchObject({
      stage: 'None',
      request: null,
      decided: { decision: 'superseded' },
    })
  })

  it.each([
    { type: 'challenged', labelled: '2024-01-31', against: 1, gain: 0, se: null },
    { type: 'closed', outcome: 'not_shown' },
  ] as const)('$type is damage where the version was never registered', (act) => {
    expect(() => modelOf([4, act])).toThrow(
      expect.objectContaining({
        code: 'JOURNAL_DAMAGED',
        message: `event 4 is about ${NAME} v4, which was never registered`,
      }),
    )
  })
})

describe('published', () => {
  it('serves the last table, and remembers each one', () => {
    fc.assert(
      fc.property(fc.array(table), (tables) => {
        const model = modelOf(
          ...tables.map((one) => [1, { type: 'published', table: one }] as const),
        )
        expect(model?.table).toEqual(tables.at(-1) ?? null)
        const known = new Map<Digest, unknown>(tables.map((one) => [one.digest, one]))
        expect(model?.tables).toEqual(known)
      }),
    )
  })

  it('changes no version and no line', () => {
    fc.assert(
      fc.property(table, table, (first, second) => {
        const promoted = [1, { type: 'promoted', replaces: null, table: first }] as const
        const before = modelOf(promoted)
        const after = modelOf(promoted, [1, { type: 'published', table: second }])
        expect(after?.versions).toEqual(before?.versions)
        expect(after?.line).toEqual([1])
        expect([before?.table, after?.table]).toEqual([first, second])
      }),
    )
  })
})

it('an acknowledged cause leaves the state as it was, wherever it stands', () => {
  const acts = [
    [1, { type: 'promoted', replaces: null }],
    [2, { type: 'challenged', labelled: '2024-01-31', against: 1, gain: 0.01, se: 0.02 }],
    [2, { type: 'closed', outcome: 'not_shown' }],
  ] as const
  const plain = journalOf([...REGISTERED, ...acts])
  const cause = { reason: 'drift', figure: 0.4 }
  const [noted] = journalOf([[1, { type: 'acknowledged', cause }]])
  for (let at = REGISTERED.length; at <= plain.length; at++) {
    const with1 = noted ? plain.toSpliced(at, 0, noted) : []
    expect(fold(with1)).toEqual(fold(plain))
  }
})

it('the newest period that anything happened in is kept, whatever the order', () => {
  const [event] = journalOf([[1, { type: 'registered' }]])
  const periods = fc.array(fc.constantFrom('2023-12-31', '2024-02-29', '2024-11-30'), {
    minLength: 1,
  })
  fc.assert(
    fc.property(periods, (all) => {
      const events = all.flatMap((period) => (event ? [{ ...event, period }] : []))
      expect(fold(events).get(NAME)?.processed).toBe([...all].sort().at(-1))
    }),
  )
})
