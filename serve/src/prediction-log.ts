// The log of predictions: what was answered for which entity, so that labels which come later can be held against it.
// Serving never waits for it and never fails by it: what the disk does not take in time is counted and dropped.
import { randomUUID } from 'node:crypto'
import { appendFile, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PREDICTION_SCHEMA, type PredictionLine } from '@weir/formats/prediction-log'

/** One answer by an entity's key. */
export type Noted = Omit<PredictionLine, 'schema' | 'id' | 'at'> & {
  /** Of the request, within this process. */
  readonly request: string
}

export interface PredictionLog {
  /** Takes answers; returns at once. */
  note(answers: readonly Noted[]): void
  /** Writes what is left, as far as the disk takes it. */
  close(): Promise<void>
}

export interface LogEffects {
  readonly now: () => Date
  /** Appends to a file, which it makes. */
  readonly append: (path: string, text: string) => Promise<void>
  /** Some answers could not be written: how many, and why. */
  readonly dropped: (count: number, why: string) => void
}

/** Answers that wait for the disk, at most; about 20 MB of text. */
const MOST_WAITING = 100_000

/** A log that takes nothing. */
export const NO_LOG: PredictionLog = { note: () => {}, close: async () => {} }

/**
 * Opens the log in a folder: a file a day and process, so that servers that share the folder never write into one
 * another's lines. A batch is written at a time, and the next one holds what came meanwhile.
 */
export function openPredictionLog(folder: string, effects: LogEffects): PredictionLog {
  const { now, append, dropped } = effects
  const process = `${hostname()}-${randomUUID().slice(0, 8)}`
  let waiting: string[] = []
  let writing: Promise<void> | undefined

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const day = now().toISOString().slice(0, 10)
      await append(join(folder, `${day}.${process}.jsonl`), batch.join('')).catch((error) => {
        dropped(batch.length, error instanceof Error ? error.message : String(error))
      })
    }
  }
  return {
    note(answers) {
      const room = MOST_WAITING - waiting.length
      if (answers.length > room) dropped(answers.length - room, 'the disk is too slow')
      const at = now().toISOString()
      for (const { request, ...answer } of answers.slice(0, Math.max(0, room))) {
        const id = `${process}-${request}`
        const line: PredictionLine = { schema: PREDICTION_SCHEMA, id, at, ...answer }
        waiting.push(`${JSON.stringify(line)}\n`)
      }
      writing ??= writeAll().finally(() => {
        writing = undefined
      })
    },
    close: async () => writing,
  }
}

/** Appends on the disk of the machine. */
export async function appendOnDisk(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  await appendFile(path, text)
}
