// When a new model is trained, and by which of five reasons.
import { describe, expect, it } from 'vitest'
import { decide, type Evidence, type Outcome } from '../../src/decisions/decide.ts'
import { REASONS, type ReasonName, testTarget } from '../../src/decisions/reasons.ts'

const QUIET: Evidence = {
  asOf: '2024-03-31',
  incumbent: true,
  labelled: { period: '2024-03-31', lastUsed: '2024-02-29' },
  performance: {
    realised: 0.82,
    expected: 0.825,
    shortfall: 0.005,
    change: -0.01,
    slope: 0.98,
    aucP: 0.4,
    slopeP: 0.4,
    p: 0.8,
  },
  drift: { share: 0.01, threshold: 0.02 },
  target: { difference: 0.003, p: 0.6, matters: 0.02 },
  calibration: { intercept: 0.01, slope: 0.98, error: 0.004, p: 0.5 },
  age: { months: 1, most: null },
  asked: [],
  acknowledged: [],
}

/** What makes each reason ask. */
const ASKING: Readonly<Record<ReasonName, Partial<Evidence>>> = {
  performance: {
    performance: { ...QUIET.performance!, realised: 0.476, shortfall: 0.349, aucP: 1e-9, p: 2e-9 },
  },
  drift: { drift: { share: 1 / 15, threshold: 0.02, columns: ['rebuffer_events_7d'] } },
  target: { target: { difference: 0.05, p: 0.001, matters: 0.02 } },
  calibration: { calibration: { intercept: 0.4, slope: 0.9, error: 0.06, p: 0.001 } },
  age: { age: { months: 12, most: 12 } },
}

const FIGURES: Readonly<Record<ReasonName, number>> = {
  performance: 0.349,
  drift: 1 / 15,
  target: 0.05,
  calibration: 0.06,
  age: 12,
}

const reasonOf = (outcome: Outcome, name: ReasonName) =>
  outcome.reasons.find((reason) => reason.name === name)!

describe('decide', () => {
  it('does nothing in a quiet month and tells what was measured', () => {
    const { reason, ...outcome } = decide(QUIET)
    expect(outcome).toMatchObject({ action: 'none', retrain: false, cause: null })
    expect(reason).toBe(
      'NO_ACTION AUC of Production 0.8200, expected 0.8250 after correction (p = 0.80, -0.0100 since registration, calibration slope 0.98); drift_share=0.0100 < 0.02; probabilities are off by 0.004 on average: intercept 0.01, slope 0.98 (p = 0.50) (target_drift=0.0030)',
    )
  })

  it.each(REASONS)('retrains for %s alone', (name) => {
    const outcome = decide({ ...QUIET, ...ASKING[name] })
    expect(outcome).toMatchObject({ action: 'retrain', retrain: true, cause: name })
    expect(outcome.reasons.filter(({ asks }) => asks).map((reason) => reason.name)).toEqual([name])
    expect(reasonOf(outcome, name).figure).toBe(FIGURES[name])
    expect(outcome.reason).toMatch(/^RETRAINING_TRIGGERED /)
    expect(outcome.reason).toContain(reasonOf(outcome, name).text)
  })

  it('names performance first, then the rest in their order', () => {
    const all = Object.assign({}, QUIET, ...Object.values(ASKING))
    const { cause, reasons, reason } = decide(all)
    expect(cause).toBe('performance')
    expect(reasons.map(({ name }) => name)).toEqual(REASONS)
    expect(reason).toBe(
      'RETRAINING_TRIGGERED AUC of Production 0.4760, expected 0.8250 after correction (p < .0001, -0.0100 since registration, calibration slope 0.98); drift_share=0.0667 >= 0.02: rebuffer_events_7d; the rate of the label moved by 0.0500 (p = 0.0010); probabilities are off by 0.060 on average: intercept 0.40, slope 0.90 (p = 0.0010); Production is 12 months old >= 12 (target_drift=0.0500)',
    )
  })

  it('never asks by the change since registration', () => {
    const performance = { ...QUIET.performance!, change: -0.3 }
    expect(decide({ ...QUIET, performance }).action).toBe('none')
  })

  it('asks for target and calibration only where it is significant and matters', () => {
    const target = { difference: 0.05, p: 0.001, matters: 0.02 }
    const calibration = { intercept: 0.4, slope: 0.9, error: 0.06, p: 0.001 }
    for (const evidence of [
      { target: { ...target, difference: 0.019 } },
      { target: { ...target, p: 0.011 } },
      { target: { ...target, p: null } },
      { calibration: { ...calibration, error: 0.009 } },
      { calibration: { ...calibration, p: 0.011 } },
    ]) {
      expect(decide({ ...QUIET, ...evidence }).action).toBe('none')
    }
  })

  it('tests the label’s rate as drift does', () => {
    const found = testTarget({ n: 1000, positives: 250 }, { n: 1000, positives: 300 })!
    expect(found).toMatchObject({ difference: expect.closeTo(0.05, 12), matters: 0.03 })
    expect(found.p).toBeCloseTo(0.012284, 5) // 2·norm.sf(2.5039) of scipy
    expect(testTarget({ n: 0, positives: 0 }, { n: 9, positives: 3 })).toBeNull()
  })

  it('reads what could not be measured as unknown, never as an alarm', () => {
    const none = { performance: null, drift: null, target: null, calibration: null, age: null }
    const { action, reason, reasons } = decide({ ...QUIET, ...none })
    expect(action).toBe('none')
    expect(reasons.every(({ figure, asks }) => figure === null && !asks)).toBe(true)
    expect(reason).toBe(
      'NO_ACTION drift_share=unknown: no reference period to compare with (target_drift=unknown)',
    )
  })

  it('says the share to four digits and the target drift where drift alone is known', () => {
    const alone = { ...QUIET, performance: null, calibration: null, age: null }
    const drift = { share: 1 / 15, threshold: 0.02 }
    const target = { difference: 0.0239, p: null, matters: 0 }
    expect(decide({ ...alone, drift, target }).reason).toBe(
      'RETRAINING_TRIGGERED drift_share=0.0667 >= 0.02 (target_drift=0.0239)',
    )
    expect(decide({ ...alone, drift: { share: 0.02, threshold: 0.02 } }).retrain).toBe(true)
  })
})

describe('a first model', () => {
  it('is asked for without an incumbent, whatever has moved', () => {
    for (const evidence of [{}, ...Object.values(ASKING)]) {
      const outcome = decide({ ...QUIET, ...evidence, incumbent: false })
      expect(outcome).toMatchObject({ action: 'bootstrap', retrain: true, cause: null })
    }
    const unknown = { ...QUIET, incumbent: false, drift: null, target: null }
    expect(decide(unknown).reason).toBe(
      'BOOTSTRAP no earlier model in Production, drift_share=unknown (target_drift=unknown)',
    )
  })
})

describe('late labels', () => {
  it('waits where no labelled period is newer than what the last decision used', () => {
    const labelled = { period: '2024-02-29', lastUsed: '2024-02-29' }
    const outcome = decide({ ...QUIET, ...ASKING.drift, labelled })
    expect(outcome).toMatchObject({ action: 'wait', retrain: false, cause: null })
    expect(outcome.reason).toMatch(
      /^WAIT_FOR_LABELS no labels newer than those of 2024-02-29, which were used, seen meanwhile: .*drift_share=0.0667 >= 0.02/,
    )
  })

  it('waits for the first labels of all', () => {
    const labelled = { period: null, lastUsed: null }
    const outcome = decide({ ...QUIET, incumbent: false, labelled })
    expect(outcome.action).toBe('wait')
    expect(outcome.reason).toContain('no period has its labels')
  })

  it('decides on the labels of an older period that no decision used', () => {
    const labelled = { period: '2024-02-29', lastUsed: '2024-01-31' }
    expect(decide({ ...QUIET, ...ASKING.performance, labelled }).action).toBe('retrain')
    expect(decide({ ...QUIET, labelled: { ...labelled, lastUsed: null } }).action).toBe('none')
  })
})

describe('a reason that came to nothing before', () => {
  const asked = (reason: ReasonName, labelled: string, figure: number | null) => [
    { reason, period: '2024-03-31', labelled, figure },
  ]
  const fresh = { labelled: { period: '2024-03-31', lastUsed: null } }

  it.each(REASONS)('is silent for %s while it is not worse and the labels are the same', (name) => {
    const evidence = { ...QUIET, ...fresh, ...ASKING[name] }
    const outcome = decide({ ...evidence, asked: asked(name, '2024-03-31', FIGURES[name]) })
    expect(outcome).toMatchObject({ action: 'none', cause: null })
    const reason = reasonOf(outcome, name)
    expect(reason).toMatchObject({ asks: true })
    expect(reason.silenced).toBe('asked in 2024-03-31, no worse since and no newer labels')
    expect(outcome.reason).toContain(`${reason.text} [asked in`)
  })

  it.each(REASONS)('asks again for %s with newer labels', (name) => {
    const evidence = { ...QUIET, ...fresh, ...ASKING[name] }
    expect(decide({ ...evidence, asked: asked(name, '2024-02-29', FIGURES[name]) }).cause).toBe(
      name,
    )
  })

  it.each([
    'performance',
    'drift',
    'target',
    'calibration',
  ] as const)('asks again for %s when it is worse', (name) => {
    const evidence = { ...QUIET, ...fresh, ...ASKING[name] }
    const before = asked(name, '2024-03-31', FIGURES[name] - 0.011)
    expect(decide({ ...evidence, asked: before }).cause).toBe(name)
  })

  it('goes by the last of its requests, and leaves other reasons alone', () => {
    const evidence = { ...QUIET, ...fresh, ...ASKING.drift }
    const [early] = asked('drift', '2024-02-29', 1 / 15)
    const [late] = asked('drift', '2024-03-31', 1 / 15)
    expect(decide({ ...evidence, asked: [early!, late!] }).action).toBe('none')
    const other = asked('performance', '2024-03-31', 1)
    expect(decide({ ...evidence, asked: other }).cause).toBe('drift')
  })
})

describe('an acknowledgement', () => {
  const note = 'new plan, known'
  const evidence = { ...QUIET, ...ASKING.drift }

  it('silences its reason, also with newer labels', () => {
    const outcome = decide({
      ...evidence,
      acknowledged: [{ reason: 'drift', figure: 1 / 15, note }],
    })
    expect(outcome.action).toBe('none')
    expect(reasonOf(outcome, 'drift').silenced).toBe('acknowledged: new plan, known')
  })

  it('holds until the reason is worse, without a figure in any case', () => {
    const word = (figure: number | null) => [{ reason: 'drift' as const, figure, note }]
    expect(decide({ ...evidence, acknowledged: word(0.06) }).cause).toBe('drift')
    expect(decide({ ...evidence, acknowledged: word(null) }).action).toBe('none')
  })

  it('lets the next reason be the cause', () => {
    const both = { ...evidence, ...ASKING.target }
    const acknowledged = [{ reason: 'drift' as const, figure: null, note }]
    expect(decide({ ...both, acknowledged }).cause).toBe('target')
  })
})
