// What a cell can show and tell: the vocabulary that cells, the notebook and the terminal share.

/** A Vega-Lite specification; it is compiled and drawn when the report is written. */
export type ChartSpec = Readonly<Record<string, unknown>>

/** A table for people: column headings and rows of printable values. Every digit of a BigInt is kept, and NaN is. */
export interface TableView {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | bigint | boolean | null)[])[]
  readonly caption?: string
}

/** Rows and columns as Arquero's ColumnTable gives them: filtered, and in its order. */
export interface DataTable {
  columnNames(): string[]
  numRows(): number
  getter(name: string): (row: number) => unknown
}

/** How a table of data is shown. */
export interface TableAbout {
  readonly caption?: string
  /** The most rows to show; 100 by default. */
  readonly rows?: number
}

/** What a cell puts into the notebook, in the order of the calls. */
export interface Show {
  /** Shows a table; of Arquero's the first rows. */
  table(view: TableView): void
  table(table: DataTable, about?: TableAbout): void
  /** Draws a Vega-Lite chart, whose `data` may be an Arquero table; `alt` says in words what it shows. */
  chart(spec: ChartSpec, about: { readonly title: string; readonly alt: string }): void
  markdown(text: string): void
}

/** How far long work has come; `total` in the same unit as `done`. */
export interface Progress {
  readonly done: number
  readonly total?: number
  readonly unit?: string
  readonly note?: string
}

/** A figure of a stage, by name: a finite number, or a text. What JSON cannot hold (NaN, BigInt) is refused. */
export type MetricValue = number | string | boolean | null
