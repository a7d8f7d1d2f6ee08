// The lines of a run in progress: golden, and within any width.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { painter } from '../../src/terminal/colour.ts'
import { type ProgressState, renderProgress } from '../../src/terminal/progress.ts'
import { displayWidth } from '../../src/terminal/width.ts'

const STATE: ProgressState = {
  startedAt: 1000,
  total: 12,
  finished: 3,
  failed: 0,
  running: [
    {
      name: 'train',
      startedAt: 2000,
      progress: { done: 10, total: 40, unit: 'epochs', note: 'loss 0.412' },
    },
    { name: 'materialize', startedAt: 13_800, progress: { done: 1200, unit: 'rows' } },
    { name: 'drift', startedAt: 14_000 },
  ],
}

describe('renderProgress', () => {
  it('draws the head, and a line for each running stage', () => {
    expect(renderProgress(STATE, 80, 14_300)).toEqual([
      '━━━━────────────  3/12 stages  13 s',
      '⠸ train               12 s  ━━━━────────────  10/40 epochs  loss 0.412',
      '⠴ materialize        0.5 s  1200 rows',
      '⠸ drift              0.3 s',
    ])
  })

  it('drops the bar, then the progress, then the time where there is no room', () => {
    expect(renderProgress(STATE, 44, 14_300)[1]).toBe(
      '⠸ train               12 s  10/40 epochs  l…',
    )
    expect(renderProgress(STATE, 20, 14_300)).toEqual([
      '3/12 stages  13 s',
      '⠸ train',
      '⠴ materialize',
      '⠸ drift',
    ])
    expect(renderProgress(STATE, 8, 14_300)[2]).toBe('⠴ mater…')
  })

  it('counts the stages that have no line, and failures', () => {
    const running = Array.from({ length: 15 }, (_, n) => ({ name: `s${n}`, startedAt: 0 }))
    const lines = renderProgress({ ...STATE, failed: 2, running }, 80, 14_300)
    expect(lines).toHaveLength(14)
    expect(lines[0]).toContain('2 failed')
    expect(lines.at(-1)).toBe('  … and 3 more')
  })

  it('fits any width, whatever the stages are called and report, with and without colours', () => {
    const progress = fc.record({
      done: fc.oneof(fc.nat(), fc.constant(Number.NaN), fc.constant(-5)),
      total: fc.oneof(fc.nat(), fc.constant(0)),
      unit: fc.string({ unit: 'grapheme', maxLength: 8 }),
      note: fc.string({ unit: 'grapheme', maxLength: 80 }),
    })
    const stage = fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 60 }),
      startedAt: fc.integer({ min: -1e9, max: 1e9 }),
      progress,
    })
    const paint = painter({}, { FORCE_COLOR: '1' })
    fc.assert(
      fc.property(
        fc.array(stage, { maxLength: 4 }),
        fc.integer({ min: 1, max: 120 }),
        (running, width) => {
          const state = { ...STATE, running }
          for (const line of renderProgress(state, width, 14_300)) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width)
            expect(line).not.toMatch(/\n/)
          }
          for (const line of renderProgress(state, width, 14_300, paint)) {
            expect(displayWidth(line)).toBeLessThanOrEqual(width)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
