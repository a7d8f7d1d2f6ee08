// Which start of the machine this is: what was written before another one may have been lost with the power.
import { readFileSync } from 'node:fs'

/** An id that changes with each start of the machine; undefined where the system does not tell one. */
export function bootId(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return undefined
  }
}
