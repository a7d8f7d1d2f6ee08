// Lets the event loop have its turns while many small things are done in it.
import { setImmediate } from 'node:timers/promises'
import { throwIfStopped } from './stopped.ts'

/** The longest time in ms that the event loop is kept from its other work. */
const STRETCH_MS = 4

/** Asked between the pieces of some work: `if (pace.due()) await pace.rest()` costs no promise a piece. */
export interface Pace {
  due(): boolean
  /** Lets others have their turn. Rejects if the signal was aborted. */
  rest(): Promise<void>
}

/** A pace that begins now. */
export function createPace(signal?: AbortSignal): Pace {
  let began = performance.now()
  return {
    due: () => performance.now() - began > STRETCH_MS,
    async rest() {
      await setImmediate()
      throwIfStopped(signal)
      began = performance.now()
    },
  }
}
