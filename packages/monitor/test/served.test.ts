// The log of predictions against labels that came later.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDocument } from '@weir/formats/document'
import { PredictionLine } from '@weir/formats/prediction-log'
import type { Label } from '@weir/ml/metrics'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { describe, expect, it } from 'vitest'
import { servedFigures, servedPerformance } from '../src/served.ts'
import { folder } from './rig.ts'

const row = (probability: number, label: Label, cut = 0.5) => ({
  probability,
  prediction: (probability >= cut ? 1 : 0) as Label,
  label,
})

describe('servedFigures', () => {
  it('has the figures of scikit-learn', () => {
    // from sklearn.metrics import *; y=[1,0,1,1,0,0,1,0]; p=[.9,.2,.6,.4,.7,.1,.8,.3]; c=[int(x>=.5) for x in p]
    // f1_score(y,c), precision_score(y,c), recall_score(y,c), roc_auc_score(y,p), brier_score_loss(y,p)
    const labels = [1, 0, 1, 1, 0, 0, 1, 0] as const
    const scores = [0.9, 0.2, 0.6, 0.4, 0.7, 0.1, 0.8, 0.3]
    const rows = scores.map((p, at) => row(p, labels[at] ?? 0))
    const found = servedFigures('2024-01-31', rows, 0.6)
    expect(found).toMatchObject({ n: 8, precision: 0.75, recall: 0.75, auc: 0.875, below: false })
    expect(found.f1.value).toBeCloseTo(0.75, 12)
    expect(found.brier).toBeCloseTo(0.15, 12)
  })

  it('alarms by the bound: 22 % of healthy months of 500 labels have a point below .60, few an alarm', () => {
    // TP, FP, FN of an F1 of .58 on some 170 rows that count; of .45 on as many.
    const months = (tp: number, fp: number, fn: number) => [
      ...Array.from({ length: tp }, () => row(0.9, 1)),
      ...Array.from({ length: fp }, () => row(0.9, 0)),
      ...Array.from({ length: fn }, () => row(0.1, 1)),
    ]
    expect(servedFigures('m', months(70, 55, 46), 0.6)).toMatchObject({ below: false })
    expect(servedFigures('m', months(50, 70, 52), 0.6)).toMatchObject({ below: true })
  })

  it('has no AUC of one class', () => {
    expect(servedFigures('m', [row(0.9, 1)], 0.6)).toMatchObject({ auc: null, n: 1 })
  })
})

describe('servedPerformance', () => {
  async function places(lines: readonly (object | string)[]) {
    const root = folder()
    const [predictions, features] = [join(root, 'predictions'), join(root, 'features')]
    mkdirSync(predictions)
    mkdirSync(features)
    const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    writeFileSync(join(predictions, 'a.jsonl'), texts.join('\n'))
    const labels = "VALUES ('u1', 1.0, true), ('u2', 2.0, false), ('u3', 3.0, NULL)"
    await withDuckDB((db) =>
      writeParquet(
        db,
        `SELECT * FROM (${labels}) t(user_id, hours, "left")`,
        join(features, '2024-01-31.parquet'),
      ),
    )
    return { predictions, features, model: 'churn' }
  }
  const line = (entity: string, probability: number, more: object = {}) => ({
    schema: 'weir/prediction/1',
    id: 'r',
    at: '2024-02-01T00:00:00Z',
    model: 'churn',
    version: 1,
    entity,
    as_of: '2024-01-31',
    probability,
    prediction: probability >= 0.5 ? 1 : 0,
    ...more,
  })

  it('reads what the schema of the log says', () => {
    expect(readDocument(PredictionLine, JSON.stringify(line('u1', 0.2)))).toHaveProperty('value')
  })

  it('joins by entity and period; the last answer counts; what has no label waits', async () => {
    const at = await places([
      line('u1', 0.2),
      line('u1', 0.8, { at: '2024-02-02T00:00:00Z' }),
      line('u2', 0.3),
      line('u3', 0.9),
      line('stranger', 0.9),
      line('u2', 0.9, { model: 'another', at: '2024-02-03T00:00:00Z' }),
      line('u2', 0.9, { as_of: '2024-02-29' }),
    ])
    expect(await servedPerformance(at, 0.6)).toMatchObject([
      { period: '2024-01-31', n: 2, auc: 1, precision: 1, recall: 1, f1: { value: 1 } },
    ])
  })

  it('leaves torn lines out, and those that are no predictions', async () => {
    const whole = JSON.stringify(line('u1', 0.8))
    const at = await places(['{"entity": "u2", ', line('u2', 7), whole, whole.slice(0, 30)])
    expect(await servedPerformance(at, 0.6)).toMatchObject([{ n: 1 }])
  })

  it('leaves out a period that is no day, though it leads to a file', async () => {
    const at = await places([line('u1', 0.8), line('u2', 0.8, { as_of: './2024-01-31' })])
    expect(await servedPerformance(at, 0.6)).toMatchObject([{ period: '2024-01-31', n: 1 }])
  })

  it('reads on behind a line of 20 MB and an empty file', async () => {
    const at = await places([line('u1', 0.8), { junk: 'x'.repeat(20e6) }, line('u2', 0.3)])
    writeFileSync(join(at.predictions, 'b.jsonl'), '')
    writeFileSync(
      join(at.predictions, 'c.jsonl'),
      `\0\0\xff\n[1,2]\n${JSON.stringify(line('u1', 0.1))}\n`,
    )
    expect(await servedPerformance(at, 0.6)).toMatchObject([{ period: '2024-01-31' }])
  })

  it('is nothing without a log, without labels, or without a prediction of the model', async () => {
    const at = await places([line('u3', 0.5)])
    expect(await servedPerformance(at, 0.6)).toEqual([])
    expect(await servedPerformance({ ...at, model: 'none' }, 0.6)).toEqual([])
    expect(await servedPerformance({ ...at, predictions: '/nowhere' }, 0.6)).toEqual([])
  })
})
