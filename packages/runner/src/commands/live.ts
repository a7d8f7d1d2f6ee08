// A run told on a terminal: running stages redrawn in place, what ended above them, and a table at the end.

import type { Progress } from '../report/show.ts'
import type { RunEvent, StageResult } from '../session/events.ts'
import { reasonText } from '../store/reason.ts'
import { type Paint, painter } from '../terminal/colour.ts'
import { LiveRegion, type LiveStream, systemClock, terminalSize } from '../terminal/live-region.ts'
import { renderProgress } from '../terminal/progress.ts'
import { summaryLines } from '../terminal/summary.ts'
import { type BatchWriter, batchWriter } from './batch.ts'
import { noticeText, type PlainReporter, sayFailure } from './plain.ts'
import type { TextStream } from './streams.ts'

/** What is shown while a run goes on. */
interface View {
  startedAt: number
  total: number
  finished: number
  failed: number
  readonly running: Map<string, { name: string; startedAt: number; progress?: Progress }>
}

/** A listener for a terminal, and how to give the terminal back. */
export function liveReporter(
  stream: LiveStream & TextStream,
  env: Readonly<Record<string, string | undefined>>,
): PlainReporter {
  const paint = painter(stream, env)
  const view: View = {
    startedAt: performance.now(),
    total: 0,
    finished: 0,
    failed: 0,
    running: new Map(),
  }
  const draw = (width: number, now: number): string[] =>
    renderProgress({ ...view, running: [...view.running.values()] }, width, now, paint)
  const region = new LiveRegion(stream, systemClock, draw)
  // Draws once a batch of lines, and not once a line.
  const writer = batchWriter(stream, (text) => region.log(text))
  const end = (): void => {
    writer.flush()
    region.stop()
  }
  return {
    listen(event) {
      note(view, event)
      if (event.kind === 'run_started') region.start()
      else if (event.kind === 'run_ended') {
        end()
        const { columns } = terminalSize(stream)
        const lines = summaryLines(event.results.map(row), event.seconds, columns, paint)
        stream.write(`\n${lines.join('\n')}\n`)
      } else tell(writer, event, paint)
    },
    end,
    behind: writer.behind,
  }
}

/** Tells of what stands above the running stages. */
function tell({ say, sayOutput }: BatchWriter, event: RunEvent, paint: Paint): void {
  const notice = noticeText(event)
  if (notice !== undefined) say(event.kind === 'waiting' ? notice : paint('yellow', notice))
  else if (event.kind === 'stage_log') sayOutput(`${paint('dim', event.stage)} ${event.line}`)
  else if (event.kind === 'stage_ended' && event.result.outcome === 'failed')
    sayFailure(say, event.result)
}

function note(view: View, event: RunEvent): void {
  if (event.kind === 'run_started')
    Object.assign(view, { startedAt: performance.now(), total: event.stages.length })
  if (event.kind === 'stage_started')
    view.running.set(event.stage, { name: event.stage, startedAt: performance.now() })
  if (event.kind === 'stage_progress') {
    const running = view.running.get(event.stage)
    if (running) running.progress = event.progress
  }
  if (event.kind === 'stage_ended') {
    view.running.delete(event.result.name)
    view.finished++
    if (event.result.outcome === 'failed') view.failed++
  }
}

function row({
  name,
  outcome,
  seconds,
  reasons,
}: StageResult): Parameters<typeof summaryLines>[0][number] {
  const executed = outcome === 'ran' || outcome === 'failed' || outcome === 'restored'
  return { name, outcome, seconds: executed ? seconds : null, reasons: reasons.map(reasonText) }
}
