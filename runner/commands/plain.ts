// A run told in plain lines, for logs and pipes: one when a stage starts, one when it ends, and its own output.

import { problemText } from '../problem.ts'
import type { RunEvent, StageResult } from '../run/events.ts'
import type { TextStream } from './io.ts'
import { reasonsLine, waitingText } from './say.ts'

/** A listener that writes plain lines, and a way to have the last of them written. */
export interface PlainReporter {
  readonly listen: (event: RunEvent) => void
  end(): void
}

/** What is said in one turn of the event loop is written at once: a thousand cached stages are one write. */
export function plainReporter(stream: TextStream): PlainReporter {
  let pending = ''
  const end = (): void => {
    if (pending !== '') stream.write(pending)
    pending = ''
  }
  const say = (line: string): void => {
    if (pending === '') setImmediate(end)
    pending += `${line}\n`
  }
  return { listen: teller(say), end }
}

function teller(say: (line: string) => void): PlainReporter['listen'] {
  return (event) => {
    switch (event.kind) {
      case 'waiting':
        return say(waitingText(event.taken))
      case 'warning':
        return say(`warning: ${event.stage ? `${event.stage}: ` : ''}${event.message}`)
      case 'stage_started':
        return say(`Running stage '${event.stage}': ${reasonsLine(event.reasons)}`)
      case 'stage_log':
        return say(`[${event.stage}] ${event.line}`)
      case 'stage_retry':
        return say(
          `${event.stage}: attempt ${event.attempt} of ${event.of + 1} failed: ${event.problem.message}`,
        )
      case 'stage_ended':
        return sayEnd(say, event.result)
      default:
        return
    }
  }
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
