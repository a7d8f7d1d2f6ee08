// The large files that threads share at the moment, and which helpers can be sent there.
import type { Help } from './file-thread.ts'
import { mostHelpers, piecesLeft, type Share } from './read-file.ts'

/** Shares that are open for helpers. */
export interface Offers {
  /** A thread shares a file; `stop` is the flag of its batch. */
  add(share: Share, stop: Int32Array): void
  /** Help that is wanted now. */
  take(): Help | undefined
  /** A helper is back. One that died is not: it may not be sent again, as a share must not kill thread after thread. */
  giveBack(help: Help): void
}

/** A helper is sent where so many pieces are left: a thread takes about as long to start as to hash them. */
const PIECES_FOR_HELP = 2

/** No shares yet; `waiting` is how many batches wait, which helpers leave for. */
export function createOffers(waiting: Int32Array): Offers {
  const open = new Map<Share, { readonly stop: Int32Array; readonly helpers: number[] }>()
  return {
    add(share, stop) {
      open.set(share, {
        stop,
        helpers: Array.from({ length: mostHelpers(share) }, (_, i) => i + 1),
      })
    },
    take() {
      for (const [share, { stop, helpers }] of open) {
        if (Atomics.load(stop, 0) !== 0 || piecesLeft(share) < PIECES_FOR_HELP) open.delete(share)
        else {
          const helper = helpers.pop()
          if (helper !== undefined) return { share, helper, stop, waiting }
        }
      }
      return undefined
    },
    giveBack({ share, helper }) {
      open.get(share)?.helpers.push(helper)
    },
  }
}
