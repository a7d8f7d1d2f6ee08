// The drift of a data set: every feature and the target, and the share of them that drifted.
import { type FeatureFrame, type FeatureSpec, useOf } from '@weir/formats/dataset'
import { type DriftColumn, type MeasuredColumn, measureColumn } from './column.ts'
import { type ColumnDrift, judgeColumns } from './judge.ts'
import type { DriftSettings } from './settings.ts'
import { targetDrift } from './target.ts'

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
  // A label that is not known yet is no blank that drifts.
  const labels = { reference: known(reference.labels), current: known(current.labels) }
  return [...columns, { name: target, kind: 'categorical' as const, ...labels }]
}

const known = (labels: FeatureFrame['labels']) => labels.filter((label) => label !== null)

/**
 * Measures each column by its own settings, judges them together and adds up. Linear in columns.
 * @throws MethodError where a chosen method does not fit its column
 */
export function scoreDataset(
  columns: Iterable<DriftColumn>,
  settings: DriftSettings = {},
): DatasetDrift {
  return datasetDrift(
    Array.from(columns, (column) => measureColumn(column, settings)),
    settings,
  )
}

/** The same of columns that are measured already. */
export function datasetDrift(
  measured: readonly MeasuredColumn[],
  settings: DriftSettings = {},
): DatasetDrift {
  const columns = judgeColumns(measured, settings)
  const drifted = columns.filter((column) => column.drifted).length
  return { columns, drifted, drift_share: columns.length === 0 ? null : drifted / columns.length }
}
