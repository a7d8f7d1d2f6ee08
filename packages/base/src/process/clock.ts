// The clock, as a parameter: code that needs the time takes one, so that a test can pass its own.

/** The time of day, and milliseconds that never go back. */
export interface Clock {
  now(): Date
  elapsed(): number
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
}
