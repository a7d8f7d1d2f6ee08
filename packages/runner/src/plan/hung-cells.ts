// Remembers cells that timed out while loading, so that `status` and other commands that only look do not wait again.
import type { Digest, Problem } from '@weir/base'
import type { Memo } from '../store/memo.ts'

/** The cells that hung, by file. */
export interface HungCells {
  /** The problem of a cell that hung a while ago in this state of its code. */
  find(file: string, code: Digest): Problem | undefined
  note(file: string, code: Digest, problem: Problem): void
}

interface Hung {
  readonly code: Digest
  /** When, in ms. */
  readonly at: number
  readonly problem: Problem
}

const NAME = 'hung-cells'
/** For so long a cell is not tried again. The cause (a server, a lock) may go without a change of the code. */
const WHILE_MS = 10 * 60_000

/** Opens what is remembered of cells that hung. */
export function openHungCells(memo: Memo, now: () => number = Date.now): HungCells {
  const isRecent = ({ at }: Hung): boolean => at <= now() && now() - at < WHILE_MS
  const known = new Map(
    Object.entries(memo.read<Record<string, Hung>>(NAME) ?? {}).filter(([, hung]) =>
      isRecent(hung),
    ),
  )
  return {
    find(file, code) {
      const hung = known.get(file)
      if (hung?.code !== code) return undefined
      const minutes = Math.round((now() - hung.at) / 60_000)
      return { ...hung.problem, hint: `seen ${minutes} min ago; a run tries it again` }
    },
    note(file, code, problem) {
      known.set(file, { code, at: now(), problem })
      memo.write(NAME, Object.fromEntries(known))
    },
  }
}
