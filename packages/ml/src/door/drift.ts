// How far the columns of a period are from those of another.
export { type ColumnDrift, type DriftColumn, MethodError } from '../drift/column.ts'
export { type DatasetDrift, driftColumns, scoreDataset, targetDrift } from '../drift/dataset.ts'
export { histogram } from '../drift/histogram.ts'
export { METHOD_NAMES, METHODS } from '../drift/method.ts'
