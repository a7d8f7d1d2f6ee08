// A timer for any length of time.

/** The longest delay of a Node timer; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

/** Calls once a time has passed, however long; gives the way to call it off. */
export function after(milliseconds: number, call: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (left: number): void => {
    const now = Math.min(left, LONGEST_MS)
    timer = setTimeout(() => (left > now ? wait(left - now) : call()), now)
  }
  wait(milliseconds)
  return () => clearTimeout(timer)
}
