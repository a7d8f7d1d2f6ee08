// Made-up processes for the tests of what one process knows of another.
import type { ProcessName, Sight } from '../src/process/process-name.ts'

export const SELF: ProcessName = {
  host: 'ada',
  boot: 'boot-1',
  namespace: 'pid:[1]',
  pid: 10,
  start: '500',
}

/** The sight of a process among others, told by pid and start. */
export function sightOf(
  self: Partial<ProcessName> = {},
  others: Readonly<Record<number, string | null>> = {},
): Sight {
  const me = { ...SELF, ...self }
  const starts = new Map<number, string | null>([[me.pid, me.start]])
  for (const [pid, start] of Object.entries(others)) starts.set(Number(pid), start)
  return {
    self: me,
    startOf: (pid) => {
      const start = starts.get(pid)
      return start === undefined ? undefined : { start }
    },
  }
}
