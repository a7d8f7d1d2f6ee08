// How far the columns of a period are from those of another.
export {
  classifyPeriods,
  FOLDS,
  type PeriodClassifier,
} from '../drift/classifier.ts'
export {
  type DriftColumn,
  type MeasuredColumn,
  MethodError,
  measureColumn,
  measurePair,
} from '../drift/column.ts'
export { type DatasetDrift, datasetDrift, driftColumns, scoreDataset } from '../drift/dataset.ts'
export type { MixedRows } from '../drift/design.ts'
export { type ColumnFigures, figuresOf, QUANTILE_SHARES } from '../drift/figures.ts'
export type { HistogramBin } from '../drift/histogram.ts'
export type { ColumnDrift } from '../drift/judge.ts'
export { METHOD_NAMES, METHODS } from '../drift/method.ts'
export { type Pair, pairOf } from '../drift/pair.ts'
export { PREDICTION, predictionDrift } from '../drift/prediction.ts'
export type { DriftSettings } from '../drift/settings.ts'
export {
  type LabelCounts,
  TARGET_MATTERS,
  type TargetDrift,
  targetDrift,
  targetDriftOf,
} from '../drift/target.ts'
