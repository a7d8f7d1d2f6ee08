// Checks the form of what a cell's process sends: a cell is the user's code, so any value may come.
import { inspect } from 'node:util'
import { isRecord } from '@weir/base'
import type { TableView } from '../report/show.ts'
import type { CellMessage, DescribeMessage, ShownBlock } from './cell-message.ts'

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
