// A yes-or-no question to the person at the terminal.
import { createInterface } from 'node:readline/promises'

/** Asks on the terminal of this process; null where there is none. */
export async function askOnTerminal(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const gone = new AbortController()
  // Ctrl-C and Ctrl-D close it; the question alone would wait on.
  terminal.once('close', () => gone.abort())
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: gone.signal })).trim())
  } catch (error) {
    if (gone.signal.aborted) return false
    throw error
  } finally {
    terminal.close()
  }
}
