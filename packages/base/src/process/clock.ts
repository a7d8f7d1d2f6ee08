// The clock, as a parameter: who needs the time takes one, so that a test can give its own.

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
