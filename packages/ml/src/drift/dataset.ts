// The drift of a data set: every feature and the target, the share that drifted, the target's own drift.
import { type FeatureFrame, type FeatureSpec, useOf } from '@weir/formats/dataset'
import { type ColumnDrift, type DriftColumn, scoreColumn } from './column.ts'
import { benjaminiHochberg } from './correction.ts'
import { hasDrifted, METHODS } from './method.ts'
import { choiceFor, type DriftSettings } from './settings.ts'

export interface DatasetDrift {
  readonly columns: readonly ColumnDrift[]
  /** How many columns drifted. */
  readonly drifted: number
  /** drifted ÷ columns, 0 to 1; null where there are no columns. */
  readonly drift_share: number | null
}

/**
 * The columns that count: the features in their order, then the target where both periods have labels.
 * The key of the rows never counts.
 */
export function driftColumns(
  features: readonly FeatureSpec[],
  target: string,
  reference: FeatureFrame,
  current: FeatureFrame,
): DriftColumn[] {
  const columns = features.map(({ name, type }) => ({
    name,
    kind: useOf(type).kind,
    reference: reference.columns[name] ?? [],
    current: current.columns[name] ?? [],
  }))
  if (targetDrift(reference.labels, current.labels) === null) return columns
  const labels = { reference: reference.labels, current: current.labels }
  return [...columns, { name: target, kind: 'categorical' as const, ...labels }]
}

/** The p-values of a data set adjusted together; distances stay as they are. */
function adjust(columns: readonly ColumnDrift[]): ColumnDrift[] {
  const tested = columns.filter((c) => c.score !== null && METHODS[c.method].scale === 'p_value')
  const adjusted = benjaminiHochberg(tested.map((column) => column.score ?? 1))
  return columns.map((column) => {
    const p = adjusted[tested.indexOf(column)]
    if (p === undefined) return column
    const drifted = hasDrifted(column.method, p, column.threshold)
    const { column: name, type, method, threshold, score, n_ref, n_cur } = column
    return { column: name, type, method, threshold, score, adjusted: p, drifted, n_ref, n_cur }
  })
}

/**
 * Scores each column by its own settings and adds up. Linear in columns.
 * @throws MethodError where a chosen method does not fit its column
 */
export function scoreDataset(
  columns: readonly DriftColumn[],
  settings: DriftSettings = {},
): DatasetDrift {
  const raw = columns.map((column) =>
    scoreColumn(column, choiceFor(settings, column.name, column.kind)),
  )
  const scored = settings.correction === 'benjamini_hochberg' ? adjust(raw) : raw
  const drifted = scored.filter((column) => column.drifted).length
  return {
    columns: scored,
    drifted,
    drift_share: scored.length === 0 ? null : drifted / scored.length,
  }
}

type Labels = FeatureFrame['labels']

function rate(labels: Labels): number {
  const known = labels.filter((label) => label !== null)
  return known.filter((label) => label === 1).length / known.length
}

/** |rate of 1 in current − rate in reference| over the known labels; null where a side has none. */
export function targetDrift(reference: Labels, current: Labels): number | null {
  const drift = Math.abs(rate(current) - rate(reference))
  return Number.isNaN(drift) ? null : drift
}
