// The notebook of a run: its head, a picture of the DAG, and one cell a stage.

import { cellId, cellSection } from './cell-section.ts'
import type { Block, ReportDocument, ReportSection } from './document.ts'
import { formatDuration } from './duration.ts'
import { anchor } from './escape.ts'
import { countOutcomes } from './outcome.ts'
import { type RenderOptions, renderReport } from './page.ts'
import type { NotebookRun, StageRecord } from './record.ts'

/** Failed stages named in the head. */
const MOST_NAMED = 5

function countsText(stages: readonly StageRecord[]): string {
  return countOutcomes(stages.map((stage) => stage.outcome))
}

/** The run in one sentence. */
function leadText({ ok, stages }: NotebookRun): string {
  const failed = stages.filter((stage) => stage.outcome === 'failed').map((stage) => stage.name)
  if (failed.length > 0) {
    const more = failed.length > MOST_NAMED ? ` and ${failed.length - MOST_NAMED} more` : ''
    return `Failed: ${failed.slice(0, MOST_NAMED).join(', ')}${more}.`
  }
  if (!ok) return 'The run did not finish.'
  const ran = stages.filter((stage) => stage.outcome === 'ran').length
  if (ran === 0) return 'Nothing had to run.'
  return `${ran} of ${stages.length} stages ran.`
}

/** An ISO time without its fraction, in UTC; other texts as they are. */
function timeText(iso: string): string {
  const time = Date.parse(iso)
  return Number.isNaN(time)
    ? iso
    : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function runFacts(run: NotebookRun): Record<string, string> {
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000
  return {
    outcome: run.ok ? 'succeeded' : 'failed',
    stages: countsText(run.stages),
    'total time': Number.isNaN(seconds) ? 'unknown' : formatDuration(seconds),
    started: timeText(run.startedAt),
    command: run.command,
  }
}

function graphSection(run: NotebookRun): ReportSection {
  const alt = `The pipeline of ${run.stages.length} stages: ${countsText(run.stages)}`
  const nodes = run.stages.map(({ name, outcome, reasons }) => ({
    name,
    state: outcome,
    href: `#${anchor(cellId(name))}`,
    note: reasons[0] ?? '',
  }))
  const graph: Block = { kind: 'graph', picture: { nodes, edges: run.edges }, alt }
  return { id: 'pipeline', title: 'Pipeline', blocks: [graph] }
}

/** The stages with titles that tell them apart: where two share one, their names are added. */
function distinct(stages: readonly StageRecord[]): StageRecord[] {
  const seen = new Map<string, number>()
  for (const { title } of stages) seen.set(title, (seen.get(title) ?? 0) + 1)
  return stages.map((stage) => {
    const { name, title } = stage
    return (seen.get(title) ?? 0) > 1 && title !== ''
      ? { ...stage, title: `${title} (${name})` }
      : stage
  })
}

/** The notebook of a run as a document; pure. Links are relative to `from`, where the page will stand. */
export function notebookDocument(run: NotebookRun, from: string): ReportDocument {
  return {
    title: run.project,
    lead: leadText(run),
    facts: runFacts(run),
    sections: [graphSection(run), ...distinct(run.stages).map((stage) => cellSection(stage, from))],
  }
}

/**
 * The notebook as HTML. A chart that cannot be drawn stands in it as a message: a picture must not
 * cost a run its report. `draw` may put a cache before the drawing of charts.
 */
export async function renderNotebook(
  run: NotebookRun,
  options: Pick<RenderOptions, 'draw'> & { readonly from: string },
): Promise<string> {
  return renderReport(notebookDocument(run, options.from), { ...options, onChartError: 'show' })
}
