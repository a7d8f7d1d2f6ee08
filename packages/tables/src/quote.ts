// Quoting of names and text values in SQL.

/** A name in SQL, whatever characters it has. */
export function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

/** A text value in SQL. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
