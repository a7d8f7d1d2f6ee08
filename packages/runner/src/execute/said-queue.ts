// A queue of a task's messages and output, in order, with a promise that makes the writer wait for the reader.
import type { Said } from './executor.ts'

/** The writer waits when so many characters are unread. */
const MOST_UNREAD = 1024 * 1024
/** The size that an item counts in addition to its text. */
const ITEM = 64

/** One writer, one reader. */
export interface SaidQueue extends AsyncIterable<Said> {
  push(said: Said): void
  /** Nothing more is said. */
  end(): void
  /** A promise while too much is unread. */
  full(): Promise<void> | undefined
}

export function createSaidQueue(most = MOST_UNREAD): SaidQueue {
  let items: Said[] = []
  let [unread, ended] = [0, false]
  let wake = (): void => undefined
  let emptied: { readonly done: Promise<void>; readonly resolve: () => void } | undefined
  const took = (said: Said): void => {
    unread -= sizeOf(said)
    if (unread > most) return
    emptied?.resolve()
    emptied = undefined
  }
  return {
    push(said) {
      items.push(said)
      unread += sizeOf(said)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    full() {
      if (unread <= most) return undefined
      emptied ??= signal()
      return emptied.done
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const batch = items
        items = []
        for (const said of batch) {
          yield said
          took(said)
        }
        if (items.length > 0) continue
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function signal(): { readonly done: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const done = new Promise<void>((call) => {
    resolve = call
  })
  return { done, resolve }
}

function sizeOf(said: Said): number {
  if (said.kind === 'output') return ITEM + said.bytes.length
  return said.kind === 'line' ? ITEM + said.text.length : ITEM
}
