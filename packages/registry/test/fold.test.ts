// The fold's promises, over random histories made by the registry's own decisions.

import { sha256 } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  aliasing,
  approving,
  challenging,
  closing,
  previousOf,
  promoting,
  registering,
  rejecting,
  rollingBack,
} from '../src/changes.ts'
import { RegistryError } from '../src/error.ts'
import { type EventBody, eventOf, type JournalEvent } from '../src/event.ts'
import { EMPTY, fold, production, type RegistryState } from '../src/fold.ts'
import { NAME } from './rig.ts'

type Command =
  | { do: 'register'; content: number; month: number }
  | { do: (typeof ON_ONE)[number]; version: number }
  | { do: 'back' }

const ON_ONE = [
  ...(['promote', 'ask', 'approve', 'reject', 'rollback', 'alias', 'look', 'close'] as const),
] as const

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    do: fc.constant('register' as const),
    content: fc.nat(6),
    month: fc.integer({ min: 1, max: 9 }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(...ON_ONE),
      version: fc.nat(6),
    }),
  },
  fc.constant({ do: 'back' as const }),
)

const LOOK = { against: 1, gain: 0.004, se: 0.003 }

function bodiesOf(state: RegistryState, step: Command): EventBody[] {
  if (step.do === 'register') {
    const digest = sha256(String(step.content))
    return registering(state, { name: NAME, digest, as_of: `2024-0${step.month}-28` }, '')
  }
  if (step.do === 'back') return rollingBack(state, previousOf(state, NAME), '')
  const versions = [...(state.get(NAME)?.versions.values() ?? [])]
  const version = versions[step.version % versions.length]
  if (!version) return []
  if (step.do === 'promote')
    return promoting(state, version, { reason: '', requireApproval: false })
  if (step.do === 'ask') return promoting(state, version, { reason: '', requireApproval: true })
  if (step.do === 'approve') return approving(state, version, '')
  if (step.do === 'reject') return rejecting(version, '')
  if (step.do === 'look') return challenging(version, { ...LOOK, labelled: version.as_of }, '')
  if (step.do === 'close') return closing(version, 'not_shown', '')
  if (step.do === 'alias') return aliasing(state, 'best', version, '')
  return rollingBack(state, version, '')
}

/** The journal that a list of commands makes; a refused command writes nothing. */
function journalOf(commands: readonly Command[]): JournalEvent[] {
  const events: JournalEvent[] = []
  for (const step of commands) {
    try {
      for (const body of bodiesOf(fold(events), step)) {
        const at = new Date(Date.UTC(2024, 0, 1, 0, 0, events.length)).toISOString()
        events.push(eventOf(body, { at, by: 'ada', run: null, git: null }, events.length + 1))
      }
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
    }
  }
  return events
}

// Left to itself, fast-check makes mostly short lists, in which next to nothing is ever promoted.
const histories = fc.array(command, { minLength: 5, maxLength: 40, size: 'max' }).map(journalOf)

describe('the fold of any history', () => {
  it('has at most one version in Production: the last of the line', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const model = fold(events).get(NAME)
        const inProduction = [...(model?.versions.values() ?? [])].filter(
          (v) => v.stage === 'Production',
        )
        expect(inProduction.map((v) => v.version)).toEqual(model?.line.slice(-1) ?? [])
        expect(production(model) ?? undefined).toEqual(inProduction[0])
      }),
    )
  })

  it('numbers versions from 1 without gaps, one a digest', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const versions = [...(fold(events).get(NAME)?.versions.values() ?? [])]
        expect(versions.map((v) => v.version)).toEqual(versions.map((_, i) => i + 1))
        expect(new Set(versions.map((v) => v.digest)).size).toBe(versions.length)
      }),
    )
  })

  it('is the same in one go or in two', () => {
    fc.assert(
      fc.property(histories, fc.nat(80), (events, cut) => {
        expect(fold(events.slice(cut), fold(events.slice(0, cut)))).toEqual(fold(events))
      }),
    )
  })

  it('leaves the state that it starts from as it was', () => {
    fc.assert(
      fc.property(histories, histories, (first, second) => {
        const start = fold(first)
        const before = structuredClone(start)
        fold(second, start)
        expect(start).toEqual(before)
      }),
    )
  })

  it('archives what left Production and nothing else', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const version of fold(events).get(NAME)?.versions.values() ?? []) {
          if (version.stage === 'Archived') expect(version.production_at).not.toBeNull()
          if (version.stage === 'None') expect(version.production_at).toBeNull()
        }
      }),
    )
  })

  it('keeps the first decision about a version that settles it', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const DECISIONS: Record<string, string> = {
          promoted: 'promoted',
          rejected: 'rejected',
          closed: 'not_shown',
          staged: 'awaiting_approval',
          challenged: 'open',
        }
        const pending = ['staged', 'challenged']
        for (const version of fold(events).get(NAME)?.versions.values() ?? []) {
          const about = events.filter((e) => e.version === version.version && e.type in DECISIONS)
          const settled = about.find(({ type }) => !pending.includes(type)) ?? about.at(-1)
          expect(version.decided?.decision).toBe(settled && DECISIONS[settled.type])
          if (version.stage === 'Staging') expect(version.decided).not.toBeNull()
        }
      }),
    )
  })
})

it('the histories have every kind of change in them', () => {
  const seen = new Set(
    fc
      .sample(histories, { numRuns: 100, seed: 1 })
      .flat()
      .map((e) => e.type),
  )
  const all = [
    'registered',
    'rejected',
    'challenged',
    'closed',
    'staged',
    'approved',
    'promoted',
    'archived',
    'rolled_back',
  ]
  expect([...seen]).toEqual(expect.arrayContaining(all))
})

describe('the fold', () => {
  it('of nothing is empty', () => expect(fold([])).toEqual(EMPTY))

  it('refuses an event about a version that was never registered', () => {
    const body = {
      type: 'rejected',
      name: NAME,
      version: 1,
      digest: sha256(''),
      as_of: '',
      reason: '',
    } as const
    const event = eventOf(body, { at: '', by: '', run: null, git: null }, 1)
    expect(() => fold([event])).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }))
  })
})
