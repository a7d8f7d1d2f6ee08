// How predictions that were served came true: the log of predictions joined with labels that came later, by period.
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Check } from '@sinclair/typebox/value'
import { AsOf } from '@weir/formats/as-of'
import type { Served } from '@weir/formats/monitor-line'
import {
  brier,
  confusion,
  confusionFigures,
  f1Alarm,
  f1Interval,
  type Label,
  rocAuc,
} from '@weir/ml/metrics'
import { rowsOf, withDuckDB } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'

/** A served prediction whose label is known. */
export interface ServedRow {
  readonly probability: number
  readonly prediction: Label
  readonly label: Label
}

/**
 * The figures of a period's served predictions. A prediction is what was answered, by whichever version.
 * @param floor of F1: below it by its one-sided 95 % upper bound is an alarm
 * @throws RangeError for no rows
 */
export function servedFigures(period: string, rows: readonly ServedRow[], floor: number): Served {
  const labels = rows.map(({ label }) => label)
  const probabilities = rows.map(({ probability }) => probability)
  const counts = confusion(
    rows.map(({ prediction }) => prediction),
    labels,
    1,
  )
  const { precision, recall, f1 } = confusionFigures(counts)
  const { low, high } = f1Interval(counts)
  const auc = rocAuc(probabilities, labels)
  return {
    period,
    n: rows.length,
    auc: Number.isNaN(auc) ? null : auc,
    f1: { value: f1, low, high },
    precision,
    recall,
    brier: brier(probabilities, labels),
    floor,
    below: f1Alarm(counts, floor).alarm,
  }
}

/** Where predictions and labels are. */
export interface ServedPlaces {
  /** Folder of `*.jsonl` files of predictions. */
  readonly predictions: string
  /** Folder of a period's features with their labels, one Parquet file a period. */
  readonly features: string
  /** The model whose predictions count. */
  readonly model: string
}

/**
 * The figures of every period that has served predictions with labels, earliest first. Of an entity's predictions in a
 * period the last one counts. A line that is torn or no prediction is left out.
 * @throws what DuckDB throws for files that it cannot read
 */
export async function servedPerformance(
  places: ServedPlaces,
  floor: number,
  signal?: AbortSignal,
): Promise<Served[]> {
  const logs = (await namesIn(places.predictions)).filter((file) => file.endsWith('.jsonl'))
  if (logs.length === 0) return []
  return withDuckDB(async (db) => {
    await db.run(`CREATE TEMP TABLE served AS ${servedQuery(places, logs)}`)
    const periods = await rowsOf(db, 'SELECT DISTINCT as_of FROM served ORDER BY as_of')
    const figures: Served[] = []
    for (const { as_of: period } of periods) {
      // A log may say anything, and the period becomes a path and a line of the journal.
      if (!Check(AsOf, period)) continue
      const path = join(places.features, `${period}.parquet`)
      if (!(await exists(path))) continue
      const rows = await rowsOf(db, await joinQuery(db, path, period))
      if (rows.length === 0) continue
      figures.push(servedFigures(period, rows.map(asRow), floor))
    }
    return figures
  }, signal)
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

const COLUMNS =
  "{'at': 'VARCHAR', 'model': 'VARCHAR', 'entity': 'VARCHAR', 'as_of': 'VARCHAR', 'probability': 'DOUBLE', 'prediction': 'INTEGER'}"

/** The last prediction of each entity and period. */
function servedQuery({ predictions, model }: ServedPlaces, logs: readonly string[]): string {
  const files = logs.map((file) => text(join(predictions, file))).join(', ')
  return `SELECT entity, as_of, probability, prediction
    FROM read_json([${files}], format = 'newline_delimited', columns = ${COLUMNS}, ignore_errors = true)
    WHERE model = ${text(model)} AND probability BETWEEN 0 AND 1 AND prediction IN (0, 1)
    QUALIFY row_number() OVER (PARTITION BY entity, as_of ORDER BY "at" DESC) = 1`
}

/** The served predictions of a period with their labels: of a file of features the first column is the entity, the last the label. */
async function joinQuery(
  db: Parameters<typeof rowsOf>[0],
  path: string,
  period: string,
): Promise<string> {
  const columns = await rowsOf(db, `DESCRIBE FROM read_parquet(${text(path)})`)
  const [entity, label] = [columns.at(0), columns.at(-1)].map((one) =>
    name(String(one?.column_name)),
  )
  return `SELECT probability, prediction, CAST(f.${label} AS INTEGER) AS label
    FROM served s JOIN read_parquet(${text(path)}) f ON CAST(f.${entity} AS VARCHAR) = s.entity
    WHERE s.as_of = ${text(period)} AND f.${label} IS NOT NULL ORDER BY s.entity`
}

function asRow(row: Readonly<Record<string, unknown>>): ServedRow {
  const bit = (value: unknown): Label => (Number(value) === 1 ? 1 : 0)
  return {
    probability: Number(row.probability),
    prediction: bit(row.prediction),
    label: bit(row.label),
  }
}
