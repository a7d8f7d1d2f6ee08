// The cell decide: which evidence it takes from drift, score and the registry, and what it writes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Drift, Score } from '@weir/formats/artifacts'
import type { PastAnswer } from '@weir/formats/registry-answer'
import { beforeEach, describe, expect, it } from 'vitest'
import decide from '../../stages/decide.ts'
import { monthScore } from '../../stages/periods/month-score.ts'
import { BEFORE, NOW } from './judged.ts'
import { failure, runStage, temporary } from './rig.ts'

let root: string
beforeEach(async () => {
  root = await temporary()
})

const DRIFT: Drift = {
  reference: BEFORE,
  current: NOW,
  preset: 'weir',
  drift_share: 0,
  threshold: 0.02,
  target_drift: 0.0239,
  target: null,
  classifier: null,
  drifted: 0,
  columns: [],
}
const DRIFTED = { ...DRIFT, drift_share: 1 / 15, drifted: 1 }
const PAST: PastAnswer = { labelled: BEFORE, asked: [], acknowledged: [] }

/** 1,000 users whose labels follow the probabilities, or have nothing to do with them. */
function month(period: string, follow: boolean) {
  const probabilities = Array.from({ length: 1000 }, (_, i) => ((i * 37) % 100) / 100)
  const labels = probabilities.map((p, i) => {
    const draw = ((i * 61 + 13 * Math.floor(i / 100)) % 97) / 97
    return draw < (follow ? p : 0.5) ? 1 : 0
  })
  return monthScore(period, { probabilities, labels }, 0.5)
}

const SCORE: Score = {
  as_of: NOW,
  labelled: NOW,
  version: 1,
  current: month(NOW, true),
  registration: month(BEFORE, true),
  months: [],
  prediction: null,
  target: null,
  note: null,
}
const WORSE = { ...SCORE, current: month(NOW, false) }
const UNLABELLED = { ...SCORE, labelled: BEFORE, current: month(BEFORE, true) }

interface Wish {
  readonly drift?: Drift
  readonly score?: Score
  readonly past?: PastAnswer
  readonly standing?: boolean
  readonly age?: number | null
}

async function decided({ drift = DRIFT, score = SCORE, past = PAST, ...wish }: Wish) {
  const version = { version: 1, digest: 'ab'.repeat(32), as_of: BEFORE, bundle: 'x' }
  const said = await runStage(decide, {
    params: { as_of: NOW, drift: { threshold: 0.02 }, decide: { age: wish.age ?? null } },
    inputs: {
      drift: { value: drift },
      score: { value: score },
      incumbent: { value: (wish.standing === false ? { version: null } : version) as never },
      past: { value: past },
    },
    outputs: { decision: join(root, 'decision.json') },
  })
  return { said, found: JSON.parse(await readFile(join(root, 'decision.json'), 'utf8')) }
}

describe('decide', () => {
  it('does nothing where nothing asks, and shows all five reasons', async () => {
    const { said, found } = await decided({})
    expect(found).toMatchObject({ as_of: NOW, action: 'none', retrain: false, cause: null })
    expect(found.labelled).toBe(NOW)
    expect(found.reasons.map(({ name }: { name: string }) => name)).toEqual([
      ...['performance', 'drift', 'target', 'calibration', 'age'],
    ])
    expect(said.logs).toEqual([found.reason])
    expect(said.tables[0]?.rows.map((row) => row[1])).toEqual(['no', 'no', 'no', 'no', 'no'])
  })

  it('retrains for a loss of performance that no column shows, and names it first', async () => {
    const { found } = await decided({ score: WORSE, drift: DRIFTED })
    expect(found).toMatchObject({ action: 'retrain', retrain: true, cause: 'performance' })
    expect(found.reason).toMatch(/^RETRAINING_TRIGGERED AUC of Production 0\.\d{4}, expected/)
    const alone = await decided({ score: WORSE })
    expect(alone.found).toMatchObject({ action: 'retrain', cause: 'performance' })
  })

  it('retrains for drift, by the words of the log that tools read', async () => {
    const { said, found } = await decided({ drift: DRIFTED })
    expect(found).toMatchObject({ action: 'retrain', cause: 'drift' })
    expect(said.logs).toEqual([
      'RETRAINING_TRIGGERED drift_share=0.0667 >= 0.02 (target_drift=unknown)',
    ])
  })

  it('retrains for a rate of the label that moved, and for age where it is asked to', async () => {
    const counts = (period: string, positives: number) => ({ period, n: 7000, positives })
    const target = { current: counts(NOW, 1900), registration: counts(BEFORE, 1500) }
    expect((await decided({ score: { ...SCORE, target } })).found.cause).toBe('target')
    expect((await decided({ age: 2 })).found.action).toBe('none')
    expect((await decided({ age: 1 })).found.cause).toBe('age')
  })

  it('bootstraps without Production, and waits where no period has its labels', async () => {
    const none = { ...SCORE, version: null, current: null, registration: null }
    const nothing = { labelled: null, asked: [], acknowledged: [] }
    const first = { standing: false, past: nothing }
    expect((await decided({ ...first, score: none })).found).toMatchObject({
      action: 'bootstrap',
      retrain: true,
    })
    const { found } = await decided({ ...first, score: { ...none, labelled: null } })
    expect(found).toMatchObject({ action: 'wait', retrain: false, labelled: null })
    expect(found.reason).toMatch(/^WAIT_FOR_LABELS no period has its labels/)
  })

  it('waits, whatever has drifted, where the labels were used before', async () => {
    const { found } = await decided({ drift: DRIFTED, score: UNLABELLED })
    expect(found).toMatchObject({ action: 'wait', retrain: false, labelled: BEFORE })
    expect(found.reason).toContain(`no labels newer than those of ${BEFORE}`)
  })

  it('heeds what a person acknowledged, until it is worse', async () => {
    const note = { reason: 'drift', figure: 1 / 15, note: 'a new player' }
    const past = { ...PAST, acknowledged: [note] }
    const { found } = await decided({ drift: DRIFTED, past })
    expect(found.action).toBe('none')
    expect(found.reason).toContain('acknowledged: a new player')
    const worse = { ...DRIFTED, drift_share: 2 / 15 }
    expect((await decided({ drift: worse, past })).found.action).toBe('retrain')
  })

  it.each([
    [{ drift: { ...DRIFT, current: BEFORE } }, 'DRIFT_OTHER_PERIOD'],
    [{ score: { ...SCORE, as_of: BEFORE } }, 'SCORE_OTHER_PERIOD'],
  ] as [Wish, string][])('refuses %# with %s', async (wish, code) => {
    expect((await failure(decided(wish))).code).toBe(code)
  })
})
