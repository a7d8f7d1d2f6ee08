// SQL that turns the text of a raw cell into a value of some type; null for a blank, and for a text that is no such value.

/** SQL of the raw text in which a blank, or nothing but white space, is null. */
export function blankAsNull(raw: string): string {
  return `CASE WHEN trim(${raw}) = '' THEN NULL ELSE ${raw} END`
}

/** SQL of the finite number that a raw text stands for. */
export function numberIn(raw: string): string {
  const value = `TRY_CAST(trim(${raw}) AS DOUBLE)`
  return `CASE WHEN isfinite(${value}) THEN ${value} END`
}

/** SQL of the whole number. A cast alone would round 1.5 to 2. */
export function integerIn(raw: string): string {
  const text = `trim(${raw})`
  const value = `TRY_CAST(${text} AS DOUBLE)`
  const whole = `CASE WHEN ${value} = floor(${value}) AND abs(${value}) < 9e15 THEN CAST(${value} AS BIGINT) END`
  return `CASE WHEN regexp_full_match(${text}, '[+-]?[0-9]+') THEN TRY_CAST(${text} AS BIGINT) ELSE ${whole} END`
}

/** SQL of the truth value. */
export function booleanIn(raw: string): string {
  const word = `lower(trim(${raw}))`
  return `CASE WHEN ${word} IN ('true', 't', 'yes', 'y', '1', '1.0') THEN true WHEN ${word} IN ('false', 'f', 'no', 'n', '0', '0.0') THEN false END`
}

/** SQL of the day. A Parquet file may hold it as a timestamp of midnight. */
export function dateIn(raw: string): string {
  return `TRY_CAST(regexp_extract(trim(${raw}), '^([0-9]{4}-[0-9]{2}-[0-9]{2})([ T]00:00:00(\\.0+)?Z?)?$', 1) AS DATE)`
}

/** SQL of the moment in UTC. */
export function timestampIn(raw: string): string {
  return `TRY_CAST(TRY_CAST(trim(${raw}) AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP)`
}
