// The messages between the runner and a cell's process. Messages of a cell are checked, since a cell is the user's code.
import { inspect } from 'node:util'
import { isRecord, type Place } from '@weir/base'
import { plainSpec } from '../report/chart-data.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue, Progress, TableView } from '../report/show.ts'

/** What the runner tells a cell's process to do. */
export type CellJob = RunJob | DescribeJob

/** To run a cell. */
export interface RunJob {
  readonly kind: 'run'
  /** The file of its packed code. */
  readonly packed: string
  /** The project's folder, whose packages the cell uses. */
  readonly root: string
  /** The folder that the task has in the place of the project's; its sources are below it. */
  readonly folder: string
  readonly stage: string
  readonly params: unknown
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  /** By the names that the cell gives its ports, the keys of `inputs` and `outputs`. */
  readonly ports: {
    readonly inputs: Readonly<Record<string, string>>
    readonly outputs: Readonly<Record<string, string>>
  }
  /** Where the recorded metrics go, if the cell does not write them itself. */
  readonly metricsPath?: string
  /** Where a debugger is waited for. */
  readonly inspect?: { readonly port: number }
}

/** To say what cells are, in order. */
export interface DescribeJob {
  readonly kind: 'describe'
  /** The pid of the process that asks. */
  readonly runner: number
  /** The project's folder. */
  readonly root: string
  readonly modules: readonly DescribeModule[]
}

/** What a port says of itself: its path is a template in the scope of the stage. */
export interface PortDescription {
  readonly kind: string
  readonly path: string
}

/** Of a cell's default export what can be known before it runs. */
export interface CellDescription {
  readonly title?: string
  /** By the cell's own names. */
  readonly inputs: Readonly<Record<string, PortDescription>>
  readonly outputs: Readonly<Record<string, PortDescription>>
  /** JSON Schema of its params; a cell without one is given what its stage declares. */
  readonly params?: Readonly<Record<string, unknown>>
}

/** A cell to describe: the module to load. */
export interface DescribeModule {
  readonly file: string
  readonly path: string
}

/** The description of one cell. */
export interface DescribedMessage {
  readonly kind: 'described'
  readonly file: string
  readonly description: CellDescription
}

/** What is answered: a description of the next cell, or why there is none; then the process ends. */
export type DescribeMessage =
  | DescribedMessage
  | { readonly kind: 'undescribed'; readonly message: string; readonly place?: Place }

/** What a cell can show. */
export type ShownBlock = Extract<Block, { kind: 'table' | 'chart' | 'markdown' }>

/** What a cell tells the runner while it runs. */
export type CellMessage =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'debugger'; readonly url: string }
  | { readonly kind: 'metrics'; readonly values: Readonly<Record<string, MetricValue>> }
  | { readonly kind: 'show'; readonly block: ShownBlock }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      readonly where?: string
      readonly hint?: string
      readonly param?: string
      /** Where in its sources it failed. */
      readonly place?: Place
    }

/** A kind of value: whether something is one, and what it is called. */
interface Form {
  is(value: unknown): boolean
  readonly called: string
}
type Fields = Readonly<Record<string, Form>>

const TEXT: Form = { is: (value) => typeof value === 'string', called: 'a text' }
const AMOUNT: Form = {
  is: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  called: 'a finite number that is not negative',
}
const METRIC: Form = {
  is: (value) =>
    value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value),
  called: 'what JSON can hold: a finite number, a text, true, false or null',
}
const CELL: Form = {
  is: (value) =>
    value === null || ['string', 'number', 'bigint', 'boolean', 'undefined'].includes(typeof value),
  called: 'a number, a text, true, false or null',
}
const COUNT: Form = {
  is: (value) => Number.isInteger(value) && Number(value) > 0,
  called: 'a whole number above 0',
}
const LIST: Form = { is: Array.isArray, called: 'a list' }
const MAP: Form = { is: isRecord, called: 'an object' }
const CODE: Form = {
  is: (value) => typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value),
  called: 'a code in upper case',
}

const PLACE: Form = {
  is: (value) =>
    isRecord(value) &&
    TEXT.is(value.file) &&
    [value.line, value.col].every((count) => count === undefined || COUNT.is(count)) &&
    (value.excerpt === undefined || TEXT.is(value.excerpt)),
  called: 'a place: {file, line?, col?, excerpt?}',
}

function optional({ is, called }: Form): Form {
  return { is: (value) => value === undefined || is(value), called }
}

const FIELDS: Readonly<Record<CellMessage['kind'], Fields>> = {
  title: { title: TEXT },
  log: { line: TEXT },
  progress: { progress: MAP },
  debugger: { url: TEXT },
  metrics: { values: MAP },
  show: { block: MAP },
  done: {},
  failed: {
    code: CODE,
    message: TEXT,
    where: optional(TEXT),
    hint: optional(TEXT),
    param: optional(TEXT),
    place: optional(PLACE),
  },
}
const PROGRESS: Fields = {
  done: AMOUNT,
  total: optional(AMOUNT),
  unit: optional(TEXT),
  note: optional(TEXT),
}
const BLOCKS: Readonly<Record<ShownBlock['kind'], Fields>> = {
  table: { view: MAP },
  chart: { spec: MAP, title: TEXT, alt: TEXT },
  markdown: { text: TEXT },
}
const TABLE: Fields = { columns: LIST, rows: LIST, caption: optional(TEXT) }

const ANSWERS: Readonly<Record<DescribeMessage['kind'], Fields>> = {
  described: { file: TEXT, description: MAP },
  undescribed: { message: TEXT, place: optional(PLACE) },
}
const DESCRIPTION: Fields = {
  title: optional(TEXT),
  params: optional(MAP),
  inputs: MAP,
  outputs: MAP,
}

/** What is wrong with a value as a message of a cell; undefined where nothing is. */
export function wrongMessage(value: unknown): string | undefined {
  if (!isRecord(value)) return `a message is ${shown(value)}`
  if (!hasForm(FIELDS, value.kind)) return `a message has the unknown kind ${shown(value.kind)}`
  const wrong = wrongField(FIELDS[value.kind], value, value.kind)
  if (wrong !== undefined) return wrong
  const message = value as unknown as CellMessage
  if (message.kind === 'progress') return wrongField(PROGRESS, { ...message.progress }, 'progress')
  if (message.kind === 'metrics') return wrongMetrics(message.values)
  return message.kind === 'show' ? wrongBlock({ ...message.block }) : undefined
}

/** What is wrong with a value as the answer for a cell. */
export function wrongDescription(value: unknown, file: string | undefined): string | undefined {
  if (!isRecord(value)) return `a message is ${shown(value)}`
  if (!hasForm(ANSWERS, value.kind)) return `a message has the unknown kind ${shown(value.kind)}`
  const wrong = wrongField(ANSWERS[value.kind], value, value.kind)
  if (wrong !== undefined || value.kind === 'undescribed') return wrong
  if (value.file !== file) return `it answers for ${shown(value.file)}`
  return wrongField(DESCRIPTION, { ...(value.description as object) }, 'description')
}

function wrongMetrics(values: Readonly<Record<string, unknown>>): string | undefined {
  // Merging by name would set the prototype instead of a key `__proto__`, and lose the value.
  if (Object.hasOwn(values, '__proto__'))
    return "metrics: '__proto__' can be the name of no figure: name it otherwise"
  const forms = Object.keys(values).map((name) => [name, METRIC] as const)
  return wrongField(Object.fromEntries(forms), values, 'metrics')
}

function wrongBlock(block: Readonly<Record<string, unknown>>): string | undefined {
  if (!hasForm(BLOCKS, block.kind)) return `show: a block has the unknown kind ${shown(block.kind)}`
  const where = `show.${block.kind}`
  const wrong = wrongField(BLOCKS[block.kind], block, where)
  return wrong ?? (block.kind === 'table' ? wrongTable(block.view as TableView, where) : undefined)
}

function wrongTable(view: TableView, where: string): string | undefined {
  const wrong =
    wrongField(TABLE, { ...view }, where) ?? wrongItem(view.columns, TEXT, `${where}: columns`)
  if (wrong !== undefined) return wrong
  for (const [index, row] of view.rows.entries()) {
    const at = `${where}: rows[${index}]`
    const bad = LIST.is(row)
      ? wrongItem(row, CELL, at)
      : `${at} must be a list; it is ${shown(row)}`
    if (bad !== undefined) return bad
  }
  return undefined
}

function wrongItem(
  items: readonly unknown[],
  { is, called }: Form,
  at: string,
): string | undefined {
  const index = items.findIndex((item) => !is(item))
  return index < 0 ? undefined : `${at}[${index}] must be ${called}; it is ${shown(items[index])}`
}

function wrongField(
  fields: Fields,
  value: Readonly<Record<string, unknown>>,
  at: string,
): string | undefined {
  for (const [name, { is, called }] of Object.entries(fields))
    if (!is(value[name])) return `${at}: ${name} must be ${called}; it is ${shown(value[name])}`
  return undefined
}

function hasForm<Kind extends string>(
  forms: Readonly<Record<Kind, unknown>>,
  kind: unknown,
): kind is Kind {
  return typeof kind === 'string' && Object.hasOwn(forms, kind)
}

function shown(value: unknown): string {
  const text = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** A message with what it shows as it is recorded. @throws as `recordedBlock` */
export function recordedMessage(message: CellMessage): CellMessage {
  return message.kind === 'show' ? { ...message, block: recordedBlock(message.block) } : message
}

/**
 * A shown block as it is recorded, which is JSON. A table keeps every digit of a BigInt, NaN and Infinity as text.
 * @throws as `plainSpec`
 */
export function recordedBlock(block: ShownBlock): ShownBlock {
  if (block.kind === 'table') return { ...block, view: recordedTable(block.view) }
  return block.kind === 'chart' ? { ...block, spec: plainSpec(block.spec) } : block
}

function recordedTable(view: TableView): TableView {
  return { ...view, rows: view.rows.map((row) => row.map(recordedCell)) }
}

function recordedCell(cell: TableView['rows'][number][number] | undefined) {
  if (typeof cell === 'bigint') return String(cell)
  if (typeof cell === 'number' && !Number.isFinite(cell)) return String(cell)
  return cell ?? null
}
