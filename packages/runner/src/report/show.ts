// What a cell can show and tell: the vocabulary that cells, the notebook and the terminal share.
import type { DataTable, TableAbout } from './data-table.ts'

/** A Vega-Lite specification; it is compiled and drawn when the report is written. */
export type ChartSpec = Readonly<Record<string, unknown>>

/** A table for people: column headings and rows of printable values. Every digit of a BigInt is kept, and NaN is. */
export interface TableView {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | bigint | boolean | null)[])[]
  readonly caption?: string
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
