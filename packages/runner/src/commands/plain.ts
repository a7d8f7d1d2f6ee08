// A run told in plain lines, for logs and pipes: one when a stage starts, one when it ends, and its own output.

import { problemText } from '@weir/base'
import type { RunEvent, StageResult } from '../session/events.ts'
import { type BatchWriter, batchWriter } from './batch.ts'
import { reasonsLine, waitingText, warningText } from './say.ts'
import type { TextStream } from './streams.ts'

/** A listener that writes plain lines, and a way to have the last of them written. */
export interface PlainReporter {
  readonly listen: (event: RunEvent) => void
  end(): void
  /** A promise while the stream is behind. */
  behind(): Promise<void> | undefined
}

/** Tells a stream. */
export function plainReporter(stream: TextStream): PlainReporter {
  const writer = batchWriter(stream)
  return { listen: teller(writer), end: writer.flush, behind: writer.behind }
}

function teller({ say, sayOutput }: BatchWriter): PlainReporter['listen'] {
  return (event) => {
    const notice = noticeText(event)
    if (notice !== undefined) say(notice)
    else if (event.kind === 'stage_started')
      say(`Running stage '${event.stage}': ${reasonsLine(event.reasons)}`)
    else if (event.kind === 'stage_log') sayOutput(`[${event.stage}] ${event.line}`)
    else if (event.kind === 'stage_ended') sayEnd(say, event.result)
  }
}

/** The line of an event that reads the same on a terminal and in plain output; undefined for other events. */
export function noticeText(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'waiting':
      return waitingText(event.taken)
    case 'warning':
      return warningText(event)
    case 'interrupted':
      return interruptText(event)
    case 'stage_inspected':
      return `${event.stage}: waits for a debugger at ${event.url} (VS Code: attach to this port; Chrome: chrome://inspect)`
    case 'stage_retry':
      return `${event.stage}: attempt ${event.attempt} of ${event.of + 1} failed: ${event.problem.message}`
    default:
      return undefined
  }
}

/** What an interrupt does, and what another one would do. */
function interruptText({ stages, atOnce }: Extract<RunEvent, { kind: 'interrupted' }>): string {
  const count = stages.length === 1 ? '1 stage' : `${stages.length} stages`
  if (atOnce) return `interrupted: killing ${count} at once`
  if (stages.length === 0) return 'interrupted: nothing more is started'
  return `interrupted: stopping ${count} (again to kill at once)`
}

function sayEnd(say: (line: string) => void, result: StageResult): void {
  if (result.outcome === 'failed') sayFailure(say, result)
  else say(endText(result))
}

function endText({ name, outcome, reasons, seconds }: StageResult): string {
  switch (outcome) {
    case 'cached':
      return `Stage '${name}' didn't change, skipping`
    case 'restored':
      return `Stage '${name}' is restored from the cache: ${reasonsLine(reasons)}`
    case 'skipped':
      return `Stage '${name}' is skipped: ${reasonsLine(reasons)}`
    default:
      return `Stage '${name}' ${outcome} in ${seconds.toFixed(1)} s`
  }
}

/** A failure: the stage, the cause, the last lines of its log, and where the rest is. */
export function sayFailure(
  say: (line: string) => void,
  { name, problem, more, tail, logPath }: StageResult,
): void {
  say(problem ? problemText(problem) : `error: stage '${name}' failed`)
  for (const another of more ?? []) say(problemText(another))
  if (tail && tail.length > 0) {
    say('  its last lines:')
    for (const line of tail) say(`  | ${line}`)
  }
  if (logPath) say(`  the whole log: ${logPath}`)
}
