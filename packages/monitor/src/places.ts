// Where the monitor of a project keeps its own: nothing of it is tracked by git.
import { join } from 'node:path'
import { CodedError } from '@weir/base'
import { type Mutex, takeMutex, takenText } from '@weir/base/mutex'
import { open } from '@weir/runner/program'

export interface MonitorPlaces {
  readonly journal: string
  /** The lock file of its runs, beside the project's pipeline.lock. */
  readonly lock: string
  /** The page of all months, for people. */
  readonly page: string
  /** The mutex that it holds while it is at work. */
  readonly mutex: string
}

/** The places of a project's monitor. @throws CodedError NO_PROJECT and what `open` throws */
export async function monitorPlaces(root: string): Promise<MonitorPlaces> {
  const folder = join((await open(root)).state, 'monitor')
  return {
    journal: join(folder, 'journal.jsonl'),
    lock: join(folder, 'pipeline.lock'),
    page: join(root, 'reports', 'monitor.html'),
    mutex: join(folder, 'monitor.lock'),
  }
}

/** Holds the project's monitor: one is at work at a time. @throws CodedError MONITOR_RUNNING, which says who is */
export async function holdMonitor({ mutex }: MonitorPlaces, signal: AbortSignal): Promise<Mutex> {
  const taken = new AbortController()
  let who = ''
  try {
    return await takeMutex(mutex, {
      what: 'weir monitor',
      signal: AbortSignal.any([signal, taken.signal]),
      waiting(holder) {
        who = takenText(holder)
        taken.abort()
      },
    })
  } catch (error) {
    if (!taken.signal.aborted) throw error
    throw new CodedError('MONITOR_RUNNING', `a monitor is at work already: ${who}`, {
      where: mutex,
      hint: 'one is enough; if it is gone for good: weir unlock',
    })
  }
}
