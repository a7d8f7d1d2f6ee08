// What the two sides of the spool write for each other.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Said } from '../../src/execute/executor.ts'
import type { Result, Task } from '../../src/execute/task.ts'
import type { Stored } from '../../src/store/content-store.ts'

/** How often each side looks for what the other has written. */
export const TICK_MS = 10

/** A content in a store, and where it belongs in a working folder. */
export interface Laid extends Stored {
  readonly path: string
  readonly size: number
}

export interface SpoolTask {
  readonly task: Task
  /** What the worker lays down before it begins. */
  readonly laid: readonly Laid[]
}

export interface SpoolEnd {
  readonly result: Result
  readonly made: readonly Laid[]
}

/** Folders of the spool. */
export type SpoolFolder = 'tasks' | 'claimed' | 'cancels' | 'said' | 'ends'

/** Where a spool is. */
export interface SpoolPlace {
  /** The worker's store. */
  readonly store: string
  path(folder: SpoolFolder, handle?: string): string
}

export function spoolAt(folder: string): SpoolPlace {
  return {
    store: join(folder, 'store'),
    path: (name, handle = '') => join(folder, name, handle),
  }
}

/** What is said as a line of JSON. */
export function saidLine(said: Said): string {
  const plain = said.kind === 'output' ? { ...said, bytes: said.bytes.toString('base64') } : said
  return `${JSON.stringify(plain)}\n`
}

/** The whole lines of a file from a position on. */
export function readSaid(path: string, from: number): { said: Said[]; upTo: number } {
  if (!existsSync(path)) return { said: [], upTo: from }
  const bytes = readFileSync(path).subarray(from)
  const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1)
  const lines = whole.toString('utf8').split('\n').slice(0, -1)
  return { said: lines.map(parseSaid), upTo: from + whole.length }
}

function parseSaid(line: string): Said {
  const said = JSON.parse(line)
  return said.kind === 'output' ? { ...said, bytes: Buffer.from(said.bytes, 'base64') } : said
}
