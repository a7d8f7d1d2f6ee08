// Declared plots as charts of the notebook: the rows of a CSV, TSV or JSON file, drawn over its x and y columns.
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Out, PlotProps } from '../config/model.ts'
import { plainSpec } from '../report/chart-data.ts'
import type { Block } from '../report/document.ts'
import type { ChartSpec } from '../report/show.ts'

type Row = Readonly<Record<string, unknown>>

/** More rows than a page should hold are thinned to about this many, evenly. */
const MOST_ROWS = 1_000
const FORMATS: Readonly<Record<string, string>> = { '.csv': 'csv', '.tsv': 'tsv', '.json': 'json' }

/** A chart block for a plot; a line of text where its file cannot be drawn; undefined for other kinds of file. */
export async function plotBlock(
  root: string,
  { path, plot = {} }: Out,
): Promise<Block | undefined> {
  const format = FORMATS[extname(path)]
  if (format === undefined) return undefined
  try {
    const rows = await readRows(join(root, path), format)
    return chart(path, thin(rows), plot)
  } catch (error) {
    return {
      kind: 'markdown',
      text: `The plot \`${path}\` could not be drawn: ${(error as Error).message}`,
    }
  }
}

async function readRows(path: string, format: string): Promise<readonly Row[]> {
  const { read } = await import('vega')
  const rows: unknown = read(readFileSync(path, 'utf8'), {
    type: format,
    parse: 'auto',
  } as Parameters<typeof read>[1])
  const list = Array.isArray(rows) ? rows : firstList(rows)
  if (!list?.every((row) => typeof row === 'object' && row !== null))
    throw new Error('expected a list of rows with named columns')
  return list as Row[]
}

/** A JSON document may hold its rows under a name. */
function firstList(value: unknown): readonly unknown[] | undefined {
  return Object.values(value ?? {}).find((item): item is unknown[] => Array.isArray(item))
}

function thin(rows: readonly Row[]): readonly Row[] {
  const step = Math.ceil(rows.length / MOST_ROWS)
  return rows.filter((_, index) => index % step === 0 || index === rows.length - 1)
}

/** The field's own defaults: y is the last column, x the one named or the row's number. */
function chart(path: string, rows: readonly Row[], plot: PlotProps): Block {
  const columns = Object.keys(rows[0] ?? {})
  const y = plot.y ?? columns.at(-1)
  if (y === undefined || !columns.includes(y)) throw new Error(`it has no column '${y ?? 'y'}'`)
  const x = plot.x ?? (y === 'step' ? 'row' : 'step')
  if (plot.x !== undefined && !columns.includes(plot.x))
    throw new Error(`it has no column '${plot.x}'`)
  const values: readonly Row[] =
    plot.x === undefined ? rows.map((row, index) => ({ ...row, [x]: index })) : rows
  const spec: ChartSpec = {
    mark: { type: 'line', point: values.length <= 50 },
    data: { values: values.map((row) => ({ [x]: row[x], [y]: row[y] })) },
    encoding: { x: axis(x, plot.x_label, values), y: axis(y, plot.y_label, values) },
  }
  const title = plot.title ?? path
  return {
    kind: 'chart',
    spec: plainSpec(spec),
    title,
    alt: `${title}: ${y} over ${x}, ${values.length} rows`,
  }
}

function axis(field: string, title: string | undefined, rows: readonly Row[]): object {
  const type = rows.every((row) => typeof row[field] === 'number') ? 'quantitative' : 'nominal'
  return { field: escapeField(field), type, title: title ?? field }
}

/** Vega-Lite reads dots and brackets in a field as a path. */
function escapeField(field: string): string {
  return field.replace(/[.[\]\\]/g, '\\$&')
}
