// A month in which nothing moved, with all five reasons: how often is a new model asked for without cause?
import type { FeatureFrame, FeatureSpec } from '@weir/formats/dataset'
import {
  decide,
  type Performance,
  performanceOf,
  REASONS,
  type ReasonName,
  testCalibration,
  testPerformance,
} from '@weir/ml/decisions'
import { driftColumns, scoreDataset, targetDrift } from '@weir/ml/drift'
import { randomStream } from '@weir/ml/statistics'
import { Count, goalCells, percent, table } from './goals.ts'
import { fitLogistic, logits, sigmoids } from './logistic.ts'
import { chances, drawLabels, drawUsers, WIDTH } from './world.ts'

/** The share of users who are held out. */
const HELD_OUT = 0.25
const SHARE = 0.02
const THRESHOLD = 0.4

const feature = (name: string, type: FeatureSpec['type']): FeatureSpec => ({
  name,
  view: 'users',
  type,
  nullable: false,
})
const FEATURES = [
  ...[0, 1, 2, 3, 4, 5].map((j) => feature(`number_${j}`, 'number')),
  feature('flag', 'boolean'),
  feature('other_flag', 'boolean'),
  feature('category', 'category'),
]

interface Period {
  readonly rows: Float64Array
  readonly labels: Uint8Array
}

function drawPeriod(n: number, ...seeds: number[]): Period {
  const users = drawUsers(n, 1, ...seeds)
  return {
    rows: users.rows,
    labels: drawLabels(chances(users, 0), randomStream(...seeds, 1)),
  }
}

function frameOf({ rows, labels }: Period, asOf: string): FeatureFrame {
  const n = labels.length
  const column = <T>(of: (at: number) => T): T[] =>
    Array.from({ length: n }, (_, i) => of(i * WIDTH))
  const columns: Record<string, (number | boolean | string)[]> = {}
  for (let j = 0; j < 6; j++) columns[`number_${j}`] = column((at) => rows[at + j]!)
  columns.flag = column((at) => rows[at + 6] === 1)
  columns.other_flag = column((at) => rows[at + 7] === 1)
  columns.category = column((at) => (rows[at + 8] === 1 ? 'a' : rows[at + 9] === 1 ? 'b' : 'c'))
  return { asOf, ids: [], columns, labels: Array.from(labels, (label) => (label === 1 ? 1 : 0)) }
}

/** A Production with the period that it was trained on. */
interface Standing {
  readonly frame: FeatureFrame
  readonly registration: Performance
  score(period: Period): Performance
}

/** The last quarter of a period's rows is held out; users are in no order. */
function trainOn(period: Period): Standing {
  const n = period.labels.length
  const from = n - Math.round(n * HELD_OUT)
  const training = period.rows.subarray(0, from * WIDTH)
  const weights = fitLogistic(training, period.labels.subarray(0, from))
  const score = ({ rows, labels }: Period): Performance => {
    const scores = sigmoids(logits(rows.subarray(from * WIDTH), weights))
    const truth = Array.from(labels.subarray(from), (label) => (label === 1 ? 1 : 0))
    return performanceOf('2024-01-31', scores, truth, THRESHOLD)
  }
  return { frame: frameOf(period, '2024-01-31'), registration: score(period), score }
}

function outcomeOf({ frame, registration, score }: Standing, period: Period) {
  const current = frameOf(period, '2024-02-29')
  const now = score(period)
  const columns = driftColumns(FEATURES, 'label', frame, current)
  const { drift_share: share } = scoreDataset(columns)
  const { drift_share: replaced } = scoreDataset(columns, { preset: 'evidently' })
  const outcome = decide({
    asOf: '2024-02-29',
    incumbent: true,
    labelled: { period: '2024-02-29', lastUsed: '2024-01-31' },
    performance: testPerformance(now, registration),
    drift: share === null ? null : { share, threshold: SHARE },
    target: targetDrift(frame.labels, current.labels),
    calibration: testCalibration(now, registration),
    age: null,
    asked: [],
    acknowledged: [],
  })
  return { outcome, replaced: replaced !== null && replaced >= SHARE }
}

export interface MonthCase {
  /** Rows a side. */
  readonly rows: number
  readonly draws: number
  /** Months that one Production stands. */
  readonly months: number
}

/** A row for each number of rows a side: all reasons together, and each of them. */
export function monthTable(cases: readonly MonthCase[]): string {
  const asked = ['retraining asked for', 'goal', ...REASONS.slice(0, 4)]
  const head = ['rows a side', 'months', ...asked, 'drift share alone (replaced system)']
  return table(head, cases.map(rowOf))
}

function rowOf({ rows, draws, months }: MonthCase): string[] {
  const [any, old] = [new Count(), new Count()]
  const each = new Map<ReasonName, Count>(REASONS.map((name) => [name, new Count()]))
  for (let production = 0; production < draws / months; production++) {
    const standing = trainOn(drawPeriod(rows, 501, rows, production))
    for (let month = 0; month < months; month++) {
      const { outcome, replaced } = outcomeOf(
        standing,
        drawPeriod(rows, 502, rows, production, month),
      )
      old.add(replaced)
      any.add(outcome.action === 'retrain')
      for (const { name, asks } of outcome.reasons) each.get(name)!.add(asks)
    }
  }
  return [
    String(rows),
    String(any.n),
    ...goalCells(`nothing moved, ${rows} rows a side`, any, { most: 0.05 }),
    ...REASONS.slice(0, 4).map((name) => percent(each.get(name)!.share)),
    percent(old.share),
  ]
}
