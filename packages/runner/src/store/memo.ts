// A cache in .weir/memo of what was derived from files. Losing it costs time only.
import { join } from 'node:path'
import { readSealed, writeSealed } from './sealed.ts'

/** A small store of JSON values by name. */
export interface Memo {
  /** The value, or undefined where there is none or it cannot be read. */
  read<T>(name: string): T | undefined
  /** Keeps a value; a failed write is ignored. */
  write(name: string, value: unknown): void
}

/** The memo in a folder. */
export function openMemo(folder: string): Memo {
  const file = (name: string): string => join(folder, `${name}.json`)
  return {
    read<T>(name: string): T | undefined {
      return readSealed<T>(file(name))
    },
    write(name, value) {
      try {
        writeSealed(file(name), value)
      } catch {
        // Ignored: a value that cannot be saved is computed again.
      }
    },
  }
}

/** What a memo has, and on top of it what is learnt meanwhile, which goes with this value: nothing is written. */
export function lookingMemo(memo: Memo): Memo {
  const learnt = new Map<string, unknown>()
  return {
    read: <T>(name: string) => (learnt.has(name) ? (learnt.get(name) as T) : memo.read<T>(name)),
    write: (name, value) => void learnt.set(name, value),
  }
}
