// When a new model is trained, and when it is promoted.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decisions/decide.ts'
import { shouldPromote } from '../../src/decisions/promote.ts'

describe('decide', () => {
  const quiet = { incumbent: true, driftShare: 0.01, threshold: 0.02, targetDrift: 0.003 }

  it('bootstraps without an incumbent, whatever has drifted', () => {
    const none = { ...quiet, incumbent: false }
    for (const driftShare of [null, 0, 1]) {
      expect(decide({ ...none, driftShare })).toMatchObject({ action: 'bootstrap', retrain: true })
    }
    expect(decide({ ...none, driftShare: null, targetDrift: null }).reason).toBe(
      'BOOTSTRAP no earlier model in Production, drift_share=unknown (target_drift=unknown)',
    )
  })

  it('retrains where the share reaches the threshold', () => {
    expect(decide({ ...quiet, driftShare: 1 / 15, targetDrift: 0.0239 })).toEqual({
      action: 'retrain',
      retrain: true,
      reason: 'RETRAINING_TRIGGERED drift_share=0.0667 >= 0.02 (target_drift=0.0239)',
    })
    expect(decide({ ...quiet, driftShare: 0.02 }).retrain).toBe(true)
  })

  it('does nothing below it', () => {
    expect(decide({ ...quiet, driftShare: 0 })).toEqual({
      action: 'none',
      retrain: false,
      reason: 'NO_ACTION drift_share=0.0000 < 0.02 (target_drift=0.0030)',
    })
  })

  it('does nothing where drift is unknown', () => {
    const decision = decide({ ...quiet, driftShare: null })
    expect(decision).toMatchObject({ action: 'none', retrain: false })
    expect(decision.reason).toMatch(/^NO_ACTION drift_share=unknown/)
  })
})

describe('shouldPromote', () => {
  it.each([
    [0.8, 0.78, 0.01, true],
    [0.785, 0.78, 0.01, false],
    [0.79, 0.78, 0.01, false],
    [0.6394, 0.9452, 0.01, false],
    [0.5, null, 0.01, true],
    [0.5, Number.NaN, 0.01, true],
    [Number.NaN, null, 0.01, false],
    [Number.NaN, 0.5, 0.01, false],
  ])('%d against %d with a gain of %d: %s', (candidate, production, minGain, expected) => {
    expect(shouldPromote(candidate, production, minGain)).toBe(expected)
  })

  it('never promotes what is not better', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, share, (candidate, production, minGain) => {
        if (shouldPromote(candidate, production, minGain)) {
          expect(candidate).toBeGreaterThan(production)
        }
      }),
    )
  })
})
