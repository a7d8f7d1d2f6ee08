// The page of all months: one row a period, nothing made up where nothing is known, bounded however long it runs.
import type { Look } from '@weir/formats/monitor-line'
import { renderReport } from '@weir/runner'
import { describe, expect, it } from 'vitest'
import { lastLooks, monitorPage } from '../src/page.ts'
import { look, sent } from './rig.ts'

const estimate = (value: number) => ({ value, low: value - 0.02, high: value + 0.02 })
const performance = (period: string, auc: number): NonNullable<Look['performance']> => ({
  period,
  version: 1,
  n: 1760,
  auc: estimate(auc),
  expected_auc: estimate(0.83),
  f1: estimate(0.6),
})
const drift = (...drifted: string[]): NonNullable<Look['drift']> => ({
  reference: '2024-01-31',
  share: drifted.length / 2,
  columns: ['hours', 'fee'].map((column) => ({
    column,
    effect: 0.1,
    drifted: drifted.includes(column),
  })),
})

const LOOKS = [
  look({ period: '2024-01-31', action: 'bootstrap', decision: 'promoted' }),
  look({
    period: '2024-02-29',
    outcome: 'failed',
    problem: { code: 'X', message: 'm', stage: null },
  }),
  sent('x'),
  look({
    period: '2024-02-29',
    action: 'retrain',
    reason: 'performance fell',
    decision: 'promoted',
    production: 2,
    performance: performance('2024-02-29', 0.476),
    drift: drift('hours'),
    alerts: [{ cause: 'promoted v2', text: 'version 2 is in Production now.' }],
  }),
]

describe('lastLooks', () => {
  it('is the last look at each period, earliest period first', () => {
    const lines = [look({ period: '2024-03-31' }), ...LOOKS]
    const found = lastLooks(lines).map(({ period, outcome }) => [period, outcome])
    expect(found).toEqual([
      ['2024-01-31', 'done'],
      ['2024-02-29', 'done'],
      ['2024-03-31', 'done'],
    ])
  })
})

describe('monitorPage', () => {
  it('leads with the newest month', () => {
    const { lead, facts } = monitorPage('churn', LOOKS)
    expect(lead).toBe('2024-02-29: performance fell → promoted')
    expect(facts).toMatchObject({ periods: '2', 'in Production': 'version 2' })
    const problem = { code: 'PERIOD_SUSPICIOUS', message: 'half the rows', stage: 'validate' }
    const waits = [...LOOKS, look({ period: '2024-03-31', outcome: 'suspicious', problem })]
    expect(monitorPage('churn', waits).lead).toBe('2024-03-31 waits for a person: half the rows')
  })

  it('says what is not known', async () => {
    const empty = monitorPage('churn', [])
    expect(empty.lead).toBe('Nothing was looked at yet.')
    expect(await renderReport(empty)).toContain('No month has had labels')
  })

  it('draws expected beside realised, and drift by month and column', async () => {
    const html = await renderReport(monitorPage('churn', LOOKS))
    expect(html).toContain('2024-02-29 realised 0.476, 2024-02-29 expected 0.83')
    expect(html).toContain('hours drifted in 1 of the months')
    expect(html.match(/role="img"/g)).toHaveLength(3)
    expect(html).toContain('version 2 is in Production now.')
  })

  it('stays small after ten years of a thousand columns', async () => {
    const wide = Array.from({ length: 1000 }, (_, at) => ({
      column: `c${at}`,
      effect: 0,
      drifted: at % 7 === 0,
    }))
    const years = Array.from({ length: 120 }, (_, at) => {
      const period = new Date(Date.UTC(2014, at + 1, 0)).toISOString().slice(0, 10)
      const alerts = [{ cause: period, text: `alert of ${period}` }]
      return look({
        period,
        performance: performance(period, 0.8),
        drift: { ...drift(), columns: wide },
        alerts,
      })
    })
    const html = await renderReport(monitorPage('churn', years))
    expect(html.length).toBeLessThan(2_000_000)
  }, 60_000)
})
