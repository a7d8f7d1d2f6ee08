// SQL that turns the text of a raw cell into a value of its declared type, or null where it is none.
import type { ColumnType } from '@weir/formats/definition'

/** The DuckDB type that a snapshot stores a column as. */
export const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'VARCHAR',
  category: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

/** What a type accepts, for the hint of an error. */
export const ACCEPTED: Readonly<Record<ColumnType, string>> = {
  string: 'any text',
  category: 'any text',
  integer: 'whole numbers such as 12 or 12.0; leave a missing one blank',
  number: 'numbers such as 12, -0.5 or 1e3; leave a missing one blank',
  boolean: 'true/false, yes/no, t/f, y/n or 1/0, in any case; leave a missing one blank',
  date: 'dates as YYYY-MM-DD',
  timestamp: 'times as YYYY-MM-DD HH:MM:SS, in UTC unless a zone is given',
}

/** SQL of the raw text in which a blank, or nothing but white space, is null. */
export function blankAsNull(raw: string): string {
  return `CASE WHEN trim(${raw}) = '' THEN NULL ELSE ${raw} END`
}

/** SQL of the value that the raw text stands for; null for a blank and for a text that is no such value. */
export function parsed(raw: string, type: ColumnType): string {
  const trimmed = `trim(${raw})`
  switch (type) {
    case 'string':
    case 'category':
      return blankAsNull(raw)
    case 'number':
      return finite(trimmed)
    case 'integer':
      return integer(trimmed)
    case 'boolean':
      return boolean(trimmed)
    case 'date':
      // A Parquet file may hold the date as a timestamp of midnight.
      return `TRY_CAST(regexp_extract(${trimmed}, '^([0-9]{4}-[0-9]{2}-[0-9]{2})([ T]00:00:00(\\.0+)?Z?)?$', 1) AS DATE)`
    case 'timestamp':
      return `TRY_CAST(TRY_CAST(${trimmed} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP)`
  }
}

function finite(text: string): string {
  const value = `TRY_CAST(${text} AS DOUBLE)`
  return `CASE WHEN isfinite(${value}) THEN ${value} END`
}

/** A cast alone would round 1.5 to 2. */
function integer(text: string): string {
  const value = `TRY_CAST(${text} AS DOUBLE)`
  const whole = `CASE WHEN ${value} = floor(${value}) AND abs(${value}) < 9e15 THEN CAST(${value} AS BIGINT) END`
  return `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS BIGINT) ELSE ${whole} END`
}

function boolean(text: string): string {
  const word = `lower(${text})`
  return `CASE WHEN ${word} IN ('true', 't', 'yes', 'y', '1', '1.0') THEN true WHEN ${word} IN ('false', 'f', 'no', 'n', '0', '0.0') THEN false END`
}
