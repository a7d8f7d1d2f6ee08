// One stage of a run as a cell of the notebook.
import { posix } from 'node:path'
import type { Block, ReportSection } from './document.ts'
import { formatDuration } from './duration.ts'
import type { StageRecord } from './record.ts'

/** A longer list of params is folded. */
const MOST_OPEN_PARAMS = 12

const VERDICTS: Readonly<Record<StageRecord['outcome'], string>> = {
  ran: 'Why it ran',
  cached: 'Why it did not run',
  restored: 'Why it was restored',
  skipped: 'Why it was skipped',
  failed: 'Why it ran',
}

/** The anchor of a stage's cell. */
export function cellId(stage: string): string {
  return `stage-${stage}`
}

function leaf(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value))
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.keys(value).length > 0
}

/** Nested params as pairs of dotted name and value. */
export function flatParams(
  params: Readonly<Record<string, unknown>>,
  prefix = '',
): [string, string][] {
  return Object.entries(params).flatMap(([key, value]): [string, string][] => {
    const name = prefix + key
    return isBranch(value) ? flatParams(value, `${name}.`) : [[name, leaf(value)]]
  })
}

function paramBlocks(params: StageRecord['params']): Block[] {
  const pairs = flatParams(params)
  if (pairs.length === 0) return []
  const facts: Block = { kind: 'facts', values: Object.fromEntries(pairs) }
  if (pairs.length <= MOST_OPEN_PARAMS) return [facts]
  return [{ kind: 'fold', summary: `${pairs.length} params`, blocks: [facts] }]
}

function metricBlocks({ metrics, previousMetrics }: StageRecord): Block[] {
  if (Object.keys(metrics).length === 0) return []
  const tiles: Block = { kind: 'metrics', values: metrics }
  return [previousMetrics === undefined ? tiles : { ...tiles, previous: previousMetrics }]
}

function pageLinks({ outs, pages = [] }: StageRecord, from: string): Block[] {
  const paths = [...new Set([...outs, ...pages])].filter((path) => /\.html?$/i.test(path))
  if (paths.length === 0) return []
  const links = paths.map((path) => ({
    text: path,
    href: posix.relative(posix.dirname(from), path).split('/').map(encodeURIComponent).join('/'),
  }))
  return [{ kind: 'links', links }]
}

function foldedBlocks({ code, log, logPath, deps, outs }: StageRecord): Block[] {
  const folds: Block[] = []
  if (deps.length + outs.length > 0) {
    const blocks: Block[] = [
      { kind: 'list', title: 'Reads', items: deps },
      { kind: 'list', title: 'Writes', items: outs },
    ]
    folds.push({ kind: 'fold', summary: 'Inputs and outputs', blocks })
  }
  if (code !== undefined) {
    const { language, text, path } = code
    folds.push({
      kind: 'fold',
      summary: `Code: ${path}`,
      blocks: [{ kind: 'code', language, text }],
    })
  }
  if (log.trim() !== '') {
    const block: Block = { kind: 'log', text: log, ...(logPath !== undefined && { path: logPath }) }
    folds.push({ kind: 'fold', summary: 'Log', blocks: [block] })
  }
  return folds
}

/** Whether the stage's figures belong to the run: those of one that was skipped or failed are of an earlier run. */
function isOfRun({ outcome }: StageRecord): boolean {
  return outcome !== 'skipped' && outcome !== 'failed'
}

/** The figures, what the cell showed, and its pages; folded, and named as such, where they are of an earlier run. */
function findings(stage: StageRecord, from: string): Block[] {
  const found = [...metricBlocks(stage), ...stage.shown, ...pageLinks(stage, from)]
  if (isOfRun(stage) || found.length === 0) return found
  return [{ kind: 'fold', summary: 'What an earlier run found; not of this run', blocks: found }]
}

/** A cell: prose, reasons, params, figures, what it showed, links, and folded: files, code and log. */
export function cellSection(stage: StageRecord, from: string): ReportSection {
  const { name, title, prose, outcome, reasons, seconds, error } = stage
  const time = seconds === null || !isOfRun(stage) ? '' : ` · ${formatDuration(seconds)}`
  const blocks: Block[] = []
  if (error !== undefined) blocks.push({ kind: 'error', text: error })
  if (prose.trim() !== '') blocks.push({ kind: 'markdown', text: prose })
  if (reasons.length > 0) blocks.push({ kind: 'list', title: VERDICTS[outcome], items: reasons })
  blocks.push(...paramBlocks(stage.params), ...findings(stage, from), ...foldedBlocks(stage))
  return {
    id: cellId(name),
    title: title || name,
    subtitle: `${name}${time}`,
    state: outcome,
    blocks,
  }
}
