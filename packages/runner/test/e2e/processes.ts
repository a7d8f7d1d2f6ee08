// Looks at processes from outside: who runs with which environment, and whether one is gone.
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Every process whose environment has a variable set to a value that begins so; empty where there is no /proc. */
export function processesWith(variable: string, value: string): number[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => environmentOf(pid).some((item) => item.startsWith(`${variable}=${value}`)))
    .map(Number)
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** True while a process runs (a zombie does not). */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Waits until something holds; for what no event tells. */
export async function until(what: string, holds: () => boolean, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !holds(); ) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`)
    await new Promise((done) => setTimeout(done, 10))
  }
}
