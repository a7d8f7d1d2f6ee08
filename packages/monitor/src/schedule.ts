// Looks by a schedule: at once, and then at each of its times, until it is told to stop.
import { setTimeout as sleep } from 'node:timers/promises'
import { CodedError } from '@weir/base'
import type { Clock } from '@weir/base/process'
import { Cron } from 'croner'

/** The schedule that a text means, in UTC. @throws CodedError USAGE */
export function scheduleOf(text: string): Cron {
  try {
    return new Cron(text, { paused: true, timezone: 'UTC' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CodedError('USAGE', `--every ${text}: ${why}`, {
      hint: 'minute hour day month weekday: "0 6 * * *" is daily at six',
    })
  }
}

export interface Scheduled {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

/** Looks at once and then by the schedule, until it is stopped. A look that fails ends none of those after it. */
export async function lookBy(
  schedule: Cron,
  look: () => Promise<unknown>,
  scheduled: Scheduled,
): Promise<void> {
  const { clock, signal, tell } = scheduled
  for (;;) {
    await look().catch((error: unknown) => {
      if (!signal.aborted) tell(`the look failed: ${textOf(error)}`)
    })
    const next = schedule.nextRun(clock.now())
    if (next === null || signal.aborted) return
    tell(`the next look is at ${next.toISOString()}`)
    if (await stoppedBefore(next, scheduled)) return
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error ? `${String(error.code)}: ${error.message}` : error.message
}

/** The longest time that a timer of Node waits for. */
const LONGEST_MS = 2 ** 31 - 1

/** Waits until a time; true if it was told to stop first. */
async function stoppedBefore(time: Date, { clock, signal }: Scheduled): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return true
    const left = time.getTime() - clock.now().getTime()
    if (left <= 0) return false
    await sleep(Math.min(left, LONGEST_MS), undefined, { signal }).catch(() => undefined)
  }
}
