// A mutex's holder in words, the same in the lines of a run, in errors and in `weir unlock`.

import { ownSight, type PidSpace, type Sight } from '../process/process-name.ts'
import { secondText } from '../values/time-text.ts'
import type { Taken } from './mutex-folder.ts'

/** `` `weir run`, process 12 on ada, since 2024-03-01 12:30:05 UTC ``, and why it cannot be seen, if so. */
export function takenText(taken: Taken, sight: Sight = ownSight()): string {
  if (taken.kind === 'damaged') return 'a mutex that cannot be read'
  const { what, pid, host, since } = taken.holder
  const text = `\`${what}\`, process ${pid} on ${host}, since ${secondText(since)}`
  return taken.life === 'unknown' ? `${text} (${farText(taken.holder, sight)})` : text
}

/** In what a place differs from ours, so that its processes cannot be seen. */
function farText(there: PidSpace, { self }: Sight): string {
  if (there.host !== self.host) return 'another machine'
  if (there.boot !== self.boot) return 'before a restart, or another machine of the same name'
  if (there.namespace !== self.namespace) return 'another container'
  return 'its processes cannot be seen'
}
