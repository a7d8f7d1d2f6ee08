// A run told on a terminal: running stages redrawn in place, what ended above them, and a table at the end.

import { reasonText } from '../key/reason.ts'
import type { RunEvent, StageResult } from '../run/events.ts'
import type { Progress } from '../show.ts'
import { painter } from '../terminal/colour.ts'
import { LiveRegion, type LiveStream, systemClock } from '../terminal/live-region.ts'
import { renderProgress } from '../terminal/progress.ts'
import { summaryLines } from '../terminal/summary.ts'
import { sayFailure } from './plain.ts'
import { waitingText } from './say.ts'

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
  stream: LiveStream & { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): { listen(event: RunEvent): void; end(): void } {
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
  return {
    listen(event) {
      note(view, event)
      if (event.kind === 'run_started') region.start()
      else if (event.kind === 'waiting') region.log(waitingText(event.taken))
      else if (event.kind === 'warning') region.log(paint('yellow', `warning: ${event.message}`))
      else if (event.kind === 'stage_log') region.log(`${paint('dim', event.stage)} ${event.line}`)
      else if (event.kind === 'stage_ended' && event.result.outcome === 'failed')
        sayFailure((line) => region.log(line), event.result)
      else if (event.kind === 'run_ended') {
        region.stop()
        const lines = summaryLines(
          event.results.map(row),
          event.seconds,
          stream.columns ?? 80,
          paint,
        )
        stream.write(`\n${lines.join('\n')}\n`)
      }
    },
    end: () => region.stop(),
  }
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
