// The port of a table: what a cell reads of one and how it writes one.
import type { Table as ArrowTable } from 'apache-arrow'
import type { ColumnTable } from 'arquero'
import { toArrow } from './arrow.ts'
import type { Columns } from './column.ts'
import type { TableData } from './columns-from.ts'
import type { ColumnOptions } from './query-columns.ts'
import {
  queryTables,
  type Relations,
  readTable,
  toArquero,
  writeQuery,
  writeTable,
} from './table.ts'

export interface TableInput {
  /** Absolute path. */
  readonly path: string
  /** The path as pipeline.yaml has it. */
  readonly name: string
  /** As an Arquero table. */
  table(): Promise<ColumnTable>
  /** As typed columns. */
  columns(): Promise<Columns>
  /** As an Apache Arrow table. */
  arrow(): Promise<ArrowTable>
  /** What a query gives of this table, which it calls `it`, and of others by their names; as an Arquero table. */
  sql(query: string, others?: Relations): Promise<ColumnTable>
}

export interface TableOutput {
  /** Absolute path. */
  readonly path: string
  /** Writes a table: Arquero's, Arrow's, columns, or arrays by name. */
  write(data: TableData): Promise<void>
  /** Writes what a query gives of some tables: inputs or tables in memory, by the names that it has for them. */
  sql(query: string, relations: Relations): Promise<void>
}

interface Place {
  readonly name: string
  readonly path: string
}

/**
 * A table in a Parquet, CSV or Feather file; which one, its name says. A port of the kind that `defineStage` of
 * @weir/runner takes.
 */
export function table(path: string, options: ColumnOptions = {}) {
  return {
    kind: 'table',
    form: 'file' as const,
    path,
    input: (place: Place): TableInput => inputAt(place, options),
    output: ({ path }: Place): TableOutput => ({
      path,
      write: (data) => writeTable(path, data),
      sql: (query, relations) => writeQuery(path, query, relations),
    }),
  }
}

function inputAt(place: Place, options: ColumnOptions): TableInput {
  const columns = () => readTable(place, options)
  return {
    ...place,
    columns,
    table: async () => toArquero(await columns()),
    arrow: async () => toArrow(await columns()),
    sql: async (query, others = {}) =>
      toArquero(await queryTables(query, { ...others, it: place })),
  }
}
