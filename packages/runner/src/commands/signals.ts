// Signals that ask the program to end: the first stops the work, the second ends it at once, the third is not caught.

/** Ctrl-C under npm arrives twice, from the terminal and from npm; a closed terminal may send two as well. */
const SAME_MS = 500

const ASKING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** What the signals ask for. */
export interface Interrupts {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** Aborts at the second one, or at SIGQUIT. */
  readonly kill: AbortSignal
}

/** Takes the signals of this process. */
export function takeSignals(): Interrupts {
  const [stop, kill] = [new AbortController(), new AbortController()]
  let last = Number.NEGATIVE_INFINITY
  const take = (signal: NodeJS.Signals): void => {
    if (performance.now() - last < SAME_MS) return
    last = performance.now()
    const step = kill.signal.aborted ? 3 : stop.signal.aborted ? 2 : 1
    if (step === 3) {
      for (const name of ASKING) process.off(name, take)
      process.kill(process.pid, signal)
    }
    stop.abort()
    if (step === 2 || signal === 'SIGQUIT') kill.abort()
  }
  for (const name of ASKING) process.on(name, take)
  return { signal: stop.signal, kill: kill.signal }
}
