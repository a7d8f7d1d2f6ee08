// The id of a run: sorted as text it is in order of time, and no other run, also of another host, has the same.
import { randomBytes } from 'node:crypto'

const ID = /^\d{8}-\d{6}-\d{3}-[0-9a-f]{8}$/

/** True for the id of a run. */
export function isRunId(text: string): boolean {
  return ID.test(text)
}

/** `20261124-205213-123-9f3a1c2b`: UTC to the millisecond, and chance. */
export function newRunId(now: Date, chance = randomBytes(4).toString('hex')): string {
  const digits = now.toISOString().replace(/\D/g, '')
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14, 17)}-${chance}`
}
