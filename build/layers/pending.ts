// What breaks the rules still, and is being mended: by rule, the folders and files. Nothing is added here.
import type { Violation } from './check.ts'

const PENDING: Readonly<Partial<Record<Violation['rule'], readonly string[]>>> = {
  dependency: ['stages', 'serve/src/online.ts'],
}

export function isPending({ rule, file }: Violation): boolean {
  return PENDING[rule]?.some((path) => file.startsWith(path)) === true
}
