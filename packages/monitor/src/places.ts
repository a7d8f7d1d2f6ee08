// Where the monitor of a project keeps its own: nothing of it is tracked by git.
import { join } from 'node:path'
import { open } from '@weir/runner/program'

export interface MonitorPlaces {
  readonly journal: string
  /** The lock of its runs. */
  readonly lock: string
  /** Held while it is at work. */
  readonly mutex: string
}

/** The places of a project's monitor. @throws CodedError NO_PROJECT and what `open` throws */
export async function monitorPlaces(root: string): Promise<MonitorPlaces> {
  const folder = join((await open(root)).state, 'monitor')
  return {
    journal: join(folder, 'journal.jsonl'),
    lock: join(folder, 'pipeline.lock'),
    mutex: join(folder, 'monitor.lock'),
  }
}
