// Compares two periods column by column: one column of both is in memory at a time, as typed arrays.

import type { DuckDBConnection } from '@duckdb/node-api'
import { type FeatureSpec, useOf } from '@weir/formats/dataset'
import {
  type ColumnFigures,
  classifyPeriods,
  type DriftSettings,
  figuresOf,
  type LabelCounts,
  type MeasuredColumn,
  type MixedRows,
  measurePair,
  type PeriodClassifier,
  pairOf,
  type TargetDrift,
  targetDriftOf,
} from '@weir/ml/drift'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { openPeriod, type PeriodFile, readColumn } from './frame.ts'
import { drawnValues, drawRows } from './sample-rows.ts'

/** The two periods, and what is compared of them. */
export interface Comparison {
  /** A folder of `<as_of>.parquet` files. */
  readonly folder: string
  readonly reference: string
  readonly current: string
  readonly features: readonly FeatureSpec[]
  /** The name of the label. */
  readonly target: string
}

export interface ComparedColumn {
  readonly measured: MeasuredColumn
  readonly figures: ColumnFigures
}

export interface Compared {
  /** The features in their order, then the target where both periods have labels. */
  readonly columns: readonly ComparedColumn[]
  /** Null where a period has no labels. */
  readonly target: TargetDrift | null
  /** Null where there is nothing to tell the periods apart by. */
  readonly classifier: PeriodClassifier | null
}

/**
 * Measures each feature and the target. Labels that are not known count on neither side.
 * @param matters the difference of the label's rates from which on it matters
 * @throws StageError PERIOD_MISSING, FEATURE_MISSING, FEATURE_TYPE; MethodError
 */
export async function compareColumns(
  { folder, reference, current, features, target }: Comparison,
  settings: DriftSettings,
  matters?: number,
): Promise<Compared> {
  return withDuckDB(async (db) => {
    const before = await openPeriod(db, folder, reference, features)
    const now = await openPeriod(db, folder, current, features)
    const seed = settings.seed ?? 0
    const rowsBefore = await drawRows(db, before, features.length, seed)
    const rowsNow = await drawRows(db, now, features.length, seed)
    const columns: ComparedColumn[] = []
    const drawn: MixedRows['columns'][number][] = []
    for (const feature of features) {
      const [first, second] = [
        await readColumn(db, before, feature),
        await readColumn(db, now, feature),
      ]
      const pair = pairOf(useOf(feature.type).kind, first, second)
      const measured = measurePair(feature.name, pair, settings)
      columns.push({ measured, figures: figuresOf(pair) })
      const values = [...drawnValues(first, rowsBefore), ...drawnValues(second, rowsNow)]
      drawn.push({ name: feature.name, numeric: pair.kind === 'numeric', values })
    }
    const [first, second] = [await countLabels(db, before), await countLabels(db, now)]
    const drift = targetDriftOf(first, second, matters)
    if (drift !== null) columns.push(compareLabels(target, first, second, settings))
    const classifier = classifyPeriods({
      columns: drawn,
      period: [...rowsBefore.at.map(() => 0 as const), ...rowsNow.at.map(() => 1 as const)],
      fold: [...rowsBefore.fold, ...rowsNow.fold],
    })
    return { columns, target: drift, classifier }
  })
}

async function countLabels(db: DuckDBConnection, file: PeriodFile): Promise<LabelCounts> {
  const value = `CAST(${file.label} AS INTEGER)`
  const query = `SELECT count(*) FILTER (${value} = 1) AS ones, count(*) FILTER (${value} = 0) AS zeros FROM ${file.source}`
  const [row] = await rowsOf(db, query)
  return { ones: Number(row?.ones), zeros: Number(row?.zeros) }
}

/** The label as a column of two levels, from its counts alone. */
function compareLabels(
  target: string,
  before: LabelCounts,
  now: LabelCounts,
  settings: DriftSettings,
): ComparedColumn {
  const levels = ({ ones, zeros }: LabelCounts): ReadonlyMap<number, number> =>
    new Map([[0, zeros] as const, [1, ones] as const].filter(([, count]) => count > 0))
  const [rowsRef, rowsCur] = [before.ones + before.zeros, now.ones + now.zeros]
  const pair = {
    ...({ kind: 'categorical', reference: levels(before), current: levels(now) } as const),
    ...{ nRef: rowsRef, nCur: rowsCur, rowsRef, rowsCur },
  }
  return { measured: measurePair(target, pair, settings), figures: figuresOf(pair) }
}
