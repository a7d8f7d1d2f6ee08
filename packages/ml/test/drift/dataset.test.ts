// A whole data set: what counts, the share, the target, the correction; and the real months.
import { existsSync, readFileSync } from 'node:fs'
import type { FeatureFrame, FeatureSpec, FeatureValue } from '@weir/formats/dataset'
import { describe, expect, it } from 'vitest'
import { driftColumns, scoreDataset } from '../../src/drift/dataset.ts'
import { targetDrift } from '../../src/drift/target.ts'

const spec = (name: string, type: FeatureSpec['type']): FeatureSpec => ({
  name,
  view: 'v',
  type,
  nullable: true,
})

function frame(
  columns: Record<string, readonly FeatureValue[]>,
  labels: readonly (0 | 1 | null)[],
): FeatureFrame {
  return { asOf: '2024-01-31', ids: labels.map((_, i) => `u${i}`), columns, labels }
}

const hundred = Array.from({ length: 100 }, (_, i) => i)
const labels = hundred.map((i) => (i % 4 === 0 ? 1 : 0))

describe('a data set', () => {
  const features = [spec('still', 'number'), spec('moved', 'number'), spec('plan', 'category')]
  const plans = hundred.map((i) => (i % 2 === 0 ? 'a' : 'b'))
  const before = frame({ still: hundred, moved: hundred, plan: plans, user_id: plans }, labels)
  const moved = hundred.map((i) => i + 50)
  const after = frame({ still: hundred, moved, plan: plans, user_id: moved }, labels)

  it('counts the features and the target, nothing else', () => {
    const columns = driftColumns(features, 'churned', before, after)
    expect(columns.map((column) => column.name)).toEqual(['still', 'moved', 'plan', 'churned'])
    const drift = scoreDataset(columns)
    expect(drift).toMatchObject({ drifted: 1, drift_share: 0.25 })
    expect(drift.columns.filter((column) => column.drifted).map((c) => c.column)).toEqual(['moved'])
  })

  it('leaves the target out where a period has no labels', () => {
    const unknown = { ...after, labels: labels.map(() => null) }
    const columns = driftColumns(features, 'churned', before, unknown)
    expect(columns.map((column) => column.name)).toEqual(['still', 'moved', 'plan'])
  })

  it('has no share without columns', () => {
    expect(scoreDataset([])).toEqual({ columns: [], drifted: 0, drift_share: null })
  })

  it('tells the difference of the label’s rates, null without labels', () => {
    expect(targetDrift([1, 0, null], [1, 0, 0, 0])?.difference).toBeCloseTo(0.25, 12)
    expect(targetDrift([null], [1])).toBeNull()
    expect(targetDrift([1], [])).toBeNull()
  })
})

describe('the correction of many p-values', () => {
  // Each p-value alone is below .05: 2 · 10⁻² by chance in one of six columns is no news.
  const near = hundred.map((i) => i + 20)
  const columns = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => ({
    name,
    kind: 'numeric' as const,
    reference: hundred,
    current: i === 0 ? near : hundred,
  }))

  it('is not made under Evidently’s preset unless asked for', () => {
    const [first] = scoreDataset(columns, { preset: 'evidently' }).columns
    expect(first).toMatchObject({ method: 'ks', drifted: true, adjusted: null })
  })

  it('shows the adjusted p-value and decides by it; distances are left alone', () => {
    const settings = {
      preset: 'evidently',
      correction: 'benjamini_hochberg',
      columns: { b: { method: 'psi' } },
    } as const
    const [a, b] = scoreDataset(columns, settings).columns
    expect(a?.adjusted).toBeCloseTo((a?.score ?? 0) * 5, 12)
    expect(a?.drifted).toBe((a?.adjusted ?? 0) <= 0.05)
    expect(a?.drifted).toBe(false)
    expect(b?.adjusted).toBeNull()
  })
})

const REAL = new URL('../../../../../shared/data/streamflow/', import.meta.url)

describe.skipIf(!existsSync(REAL))('the real months', () => {
  const features = [
    ...['months_active', 'unique_devices_30d', 'skips_7d'].map((name) => spec(name, 'integer')),
    ...['rebuffer_events_7d', 'failed_payments_90d'].map((name) => spec(name, 'integer')),
    ...['support_tickets_90d'].map((name) => spec(name, 'integer')),
    ...['monthly_fee', 'watch_hours_30d', 'avg_session_mins_7d'].map((name) =>
      spec(name, 'number'),
    ),
    spec('ticket_avg_resolution_hrs_90d', 'number'),
    ...['paperless_billing', 'plan_stream_tv', 'plan_stream_movies'].map((n) => spec(n, 'boolean')),
    spec('net_service', 'category'),
  ]
  const TABLES = ['subscriptions', 'usage_agg_30d', 'payments_agg_90d', 'support_agg_90d', 'labels']

  function value(text: string): FeatureValue {
    if (text === '') return null
    if (text === 'True' || text === 'False') return text === 'True'
    return Number.isNaN(Number(text)) ? text : Number(text)
  }

  function read(month: string): FeatureFrame {
    const columns: Record<string, FeatureValue[]> = {}
    for (const table of TABLES) {
      const text = readFileSync(new URL(`${month}/${table}.csv`, REAL), 'utf8')
      const [head = '', ...lines] = text.trim().split(/\r?\n/)
      for (const [i, name] of head.split(',').entries()) {
        columns[name] = lines.map((line) => value(line.split(',')[i] ?? ''))
      }
    }
    return frame(columns, columns.churn_label?.map((churned) => (churned ? 1 : 0)) ?? [])
  }

  it('have a drift share of 1/15: rebuffer_events_7d alone', () => {
    const [before, after] = [read('month_000'), read('month_001')]
    const columns = driftColumns(features, 'churn_label', before, after)
    const drift = scoreDataset(columns, { preset: 'evidently' })
    expect(drift.columns).toHaveLength(15)
    expect(drift.drift_share).toBe(1 / 15)
    const [only] = drift.columns.filter((column) => column.drifted)
    expect(only).toMatchObject({ column: 'rebuffer_events_7d', n_ref: 7043, n_cur: 7043 })
    // python3: r, c = (pd.read_csv(f"month_00{i}/usage_agg_30d.csv").rebuffer_events_7d for i in (0, 1))
    // stats.wasserstein_distance(r, c) / np.std(r)
    expect(only?.score).toBeCloseTo(0.20499096125042202, 12)
    const target = targetDrift(before.labels, after.labels)
    expect(target?.difference).toBeCloseTo(0.2653698708 - 0.2415163993, 8)
    // from scipy import stats; stats.chi2_contingency([[1869, 5174], [1701, 5342]], correction=False)[1]
    expect(target?.p).toBeCloseTo(0.00113713733895107, 12)

    const scores = (names: readonly string[]) =>
      names.map((name) => drift.columns.find(({ column }) => column === name)?.score?.toFixed(5))
    expect(scores(['watch_hours_30d', 'support_tickets_90d', 'failed_payments_90d'])).toEqual([
      '0.08874',
      '0.03190',
      '0.02818',
    ])
  })
})
