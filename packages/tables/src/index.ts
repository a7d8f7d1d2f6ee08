// The door for cells: the port of a table, and tables without a port.
export type { Column, ColumnKind, Columns, ColumnValue } from './column.ts'
export { columnsFrom, type TableData } from './columns-from.ts'
export type { ColumnOptions } from './query-columns.ts'
export {
  queryTables,
  type Relations,
  readTable,
  type TableFile,
  toArquero,
  writeQuery,
  writeTable,
} from './table.ts'
export { type TableInput, type TableOutput, table } from './table-port.ts'
