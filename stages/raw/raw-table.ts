// Loads a raw CSV or Parquet file into DuckDB as text, and finds what is wrong with its form.
import type { DuckDBConnection } from '@duckdb/node-api'
import { nearest } from '@weir/base'
import type { TableSpec } from '@weir/formats/definition'
import { readHeader } from '@weir/tables/csv-header'
import { rowsOf } from '@weir/tables/duckdb'
import { name, text } from '@weir/tables/quote'
import type { DataProblem } from './data-problem.ts'
import type { RawFile } from './source.ts'

/** The table of raw text: `row` counts from 1, and each declared column is a VARCHAR under its own name. */
export const RAW = 'raw_rows'
/** The row's number; no declared column begins with two underscores. */
export const ROW = '__row'

type Report = (problem: DataProblem) => void

/**
 * Loads the declared columns of a file into the table RAW.
 * @returns false when the file cannot be read as this table; why is reported.
 */
export async function loadRaw(
  db: DuckDBConnection,
  file: RawFile,
  table: TableSpec,
  report: Report,
): Promise<boolean> {
  try {
    return await (file.format === 'csv' ? loadCsv : loadParquet)(db, file, table, report)
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('\n')[0] : String(error)
    report({
      code: file.format === 'csv' ? 'CSV_UNREADABLE' : 'PARQUET_UNREADABLE',
      where: file.label,
      message: `the file cannot be read: ${cause}`,
      hint: 'it may be cut short or damaged: export it again',
    })
    return false
  }
}

async function loadCsv(
  db: DuckDBConnection,
  file: RawFile,
  table: TableSpec,
  report: Report,
): Promise<boolean> {
  const header = await readHeader(
    file.path,
    table.columns.map((column) => column.name),
  )
  if (header === 'empty') {
    report({
      code: 'FILE_EMPTY',
      where: file.label,
      message: 'the file is empty',
      hint: 'export the table again',
    })
    return false
  }
  if (header === 'encoding') {
    report(wrongEncoding(file.label))
    return false
  }
  if (!checkColumns(header.columns, file, table, report)) return false
  await createRaw(db, table, header.columns, csvSource(file.path, header.columns, header.separator))
  return reportBadLines(db, file, report)
}

/** Columns are named by their place: headers may differ by case alone, which SQL ignores. */
function csvSource(path: string, columns: readonly string[], separator: string): string {
  const types = columns.map((_, at) => `'c${at}': 'VARCHAR'`).join(', ')
  const dialect = `auto_detect = false, header = true, delim = ${text(separator)}, quote = '"', escape = '"', nullstr = ''`
  return `read_csv(${text(path)}, ${dialect}, columns = {${types}}, store_rejects = true, rejects_table = 'bad_lines', rejects_scan = 'bad_scans')`
}

async function loadParquet(
  db: DuckDBConnection,
  file: RawFile,
  table: TableSpec,
  report: Report,
): Promise<boolean> {
  const described = await rowsOf(db, `DESCRIBE SELECT * FROM read_parquet(${text(file.path)})`)
  const columns = described.map((row) => String(row.column_name))
  if (!checkColumns(columns, file, table, report)) return false
  const cells = columns.map((column, at) => `CAST(${name(column)} AS VARCHAR) AS c${at}`)
  await createRaw(
    db,
    table,
    columns,
    `(SELECT ${cells.join(', ')} FROM read_parquet(${text(file.path)}))`,
  )
  return true
}

async function createRaw(
  db: DuckDBConnection,
  table: TableSpec,
  columns: readonly string[],
  source: string,
): Promise<void> {
  const cells = table.columns.map(
    (column) => `c${columns.indexOf(column.name)} AS ${name(column.name)}`,
  )
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${RAW} AS SELECT row_number() OVER () AS ${ROW}, ${cells.join(', ')} FROM ${source}`,
  )
}

/** Whether the file has exactly the declared columns. */
function checkColumns(
  present: readonly string[],
  file: RawFile,
  table: TableSpec,
  report: Report,
): boolean {
  const declared = table.columns.map((column) => column.name)
  const missing = declared.filter((column) => !present.includes(column))
  const extra = present.filter((column) => !declared.includes(column))
  const twice = present.filter((column, at) => present.indexOf(column) !== at)
  for (const column of missing) {
    report({
      code: 'COLUMN_MISSING',
      where: `${file.label}, column ${column}`,
      message: `the column ${column} is missing`,
      ...didYouMean(column, extra, 'the file has'),
    })
  }
  for (const column of new Set(extra)) {
    report({
      code: 'COLUMN_EXTRA',
      where: `${file.label}, column ${column}`,
      message: `the column ${column} is not in the data set file`,
      ...didYouMean(column, missing, 'is it'),
    })
  }
  for (const column of new Set(twice)) {
    report({
      code: 'COLUMN_TWICE',
      where: `${file.label}, column ${column}`,
      message: `the column ${column} is there twice`,
      hint: 'rename or remove one in the export',
    })
  }
  return missing.length + extra.length + twice.length === 0
}

function didYouMean(column: string, others: readonly string[], lead: string): { hint?: string } {
  const near = nearest(column, others)
  return near === undefined ? {} : { hint: `${lead} ${near}?` }
}

/** Lines that are no row of the table; the rest of the rows is checked all the same. */
async function reportBadLines(
  db: DuckDBConnection,
  file: RawFile,
  report: Report,
): Promise<boolean> {
  const kinds = await rowsOf(
    db,
    'SELECT CAST(error_type AS VARCHAR) AS kind, any_value(error_message) AS cause, CAST(count(*) AS INTEGER) AS n, list(CAST(line AS INTEGER) ORDER BY line)[1:5] AS lines FROM bad_lines GROUP BY kind ORDER BY kind',
  )
  await db.run('DROP TABLE bad_lines; DROP TABLE bad_scans')
  for (const { kind, cause, n, lines } of kinds) {
    const where = `${file.label}, line ${String(lines)}${Number(n) > 5 ? ', …' : ''}`
    if (kind === 'INVALID ENCODING') report(wrongEncoding(where))
    else
      report({
        code: 'LINE_MALFORMED',
        where,
        message: String(cause).split('\n')[0] ?? '',
        hint: 'other problems of this file count rows without such lines',
      })
  }
  return true
}

function wrongEncoding(where: string): DataProblem {
  return {
    code: 'ENCODING_WRONG',
    where,
    message: 'the text is not UTF-8',
    hint: 'save or convert the file as UTF-8, for example with iconv -t UTF-8',
  }
}
