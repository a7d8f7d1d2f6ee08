// What a cell is given while it runs, and how what it reports is checked before it is sent.
import { StageError } from '@weir/base'
import { checkChart, withRows } from '../report/chart-data.ts'
import { isDataTable, tableView } from '../report/data-table.ts'
import type { DataTable, MetricValue, Progress, TableAbout, TableView } from '../report/show.ts'
import type { CellMessage, RunJob, ShownBlock } from './cell-message.ts'
import { wrongMessage } from './cell-message-form.ts'
import { openInputs, openOutputs } from './open-ports.ts'
import type { Ports } from './port.ts'
import { stageShell } from './shell.ts'
import type { StageContext, StageDefinition } from './stage-definition.ts'

/** Takes a message to the runner. @throws for what cannot be sent */
export type Send = (message: CellMessage) => void

/** What a job says of the cell's surroundings. */
export interface ContextJob<Params> extends Pick<RunJob, 'stage' | 'inputs' | 'outputs' | 'ports'> {
  readonly params: Params
}

/** The context of a cell, and the metrics that it records in the course of its run. */
export function openContext<Params, Inputs extends Ports, Outputs extends Ports>(
  cell: Pick<StageDefinition<Params, Inputs, Outputs>, 'inputs' | 'outputs'>,
  job: ContextJob<Params>,
  deliver: Send,
  signal: AbortSignal,
): {
  readonly context: StageContext<Params, Inputs, Outputs>
  readonly recorded: Readonly<Record<string, MetricValue>>
} {
  const { stage, params } = job
  const send = checked(deliver)
  const show = (block: ShownBlock): void => send({ kind: 'show', block })
  const recorded: Record<string, MetricValue> = {}
  const context: StageContext<Params, Inputs, Outputs> = {
    stage,
    params,
    inputs: openInputs(cell.inputs, job),
    outputs: openOutputs(cell.outputs, job),
    signal,
    get $() {
      return stageShell(signal)
    },
    metrics(values) {
      send({ kind: 'metrics', values })
      Object.assign(recorded, values)
    },
    show: {
      table: (shown: TableView | DataTable, about?: TableAbout) =>
        show({ kind: 'table', view: isDataTable(shown) ? tableView(shown, about) : shown }),
      chart(given, about) {
        const spec = withRows(given)
        checkChart(spec)
        show({ kind: 'chart', spec, title: about.title, alt: about.alt })
      },
      markdown: (text) => show({ kind: 'markdown', text }),
    },
    log: (line) => send({ kind: 'log', line }),
    progress: progressSender(send),
  }
  return { context, recorded }
}

/** Checks a message before it is sent: here the cell's stack shows the call that made it. */
export function checked(deliver: Send): Send {
  return (message) => {
    const wrong = wrongMessage(message)
    if (wrong !== undefined) throw wrongUse(wrong)
    try {
      deliver(message)
    } catch (error) {
      throw wrongUse(`${message.kind}: ${(error as Error).message}`)
    }
  }
}

function wrongUse(why: string): Error {
  return new StageError('CELL_MESSAGE', why, {
    hint: 'metrics are finite numbers, texts, true, false and null; a table has columns and rows, a chart is a specification of Vega-Lite',
  })
}

/** A value that is no progress (0 of 0 rows: NaN) is warned of once and does not fail the stage. */
function progressSender(send: Send): (progress: Progress) => void {
  let warned = false
  return (progress) => {
    const message: CellMessage = { kind: 'progress', progress }
    const wrong = wrongMessage(message)
    if (wrong === undefined) send(message)
    else if (!warned) send({ kind: 'log', line: `warning: not shown: ${wrong}` })
    warned ||= wrong !== undefined
  }
}
