// A memo in memory, which keeps values as a file would: as JSON.
import type { Memo } from '../../src/store/memo.ts'

export function memory(): Memo {
  const values = new Map<string, string>()
  return {
    read: <T>(name: string) => {
      const text = values.get(name)
      return text === undefined ? undefined : (JSON.parse(text) as T)
    },
    write: (name, value) => void values.set(name, JSON.stringify(value)),
  }
}
