// The log of a stage while it runs: a file, its last lines for a failure, and an event a line.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { STATE_FOLDER } from '../config/model.ts'
import { writeState } from '../store/write.ts'
import type { Listener } from './events.ts'
import type { Mask } from './mask.ts'

const TAIL_LINES = 12

/** A place to append lines of a stage's log to. */
export interface StageLog {
  readonly path: string
  /** Appends a line. That it cannot be written is thrown by `check`, since nobody hears what a stream's listener throws. */
  line(text: string): void
  check(): void
  tail(): string[]
  close(): void
}

/** Opens the log of a stage, empty. */
export function openStageLog(root: string, stage: string, listen: Listener, mask: Mask): StageLog {
  const path = join(root, STATE_FOLDER, 'logs', `${stage}.txt`)
  writeState(path, '')
  const file = openSync(path, 'w')
  const last: string[] = []
  let failure: unknown
  return {
    path,
    line(said) {
      const text = mask(said)
      try {
        writeSync(file, `${text}\n`)
      } catch (error) {
        failure ??= error
      }
      last.push(text)
      if (last.length > TAIL_LINES) last.shift()
      listen({ kind: 'stage_log', stage, line: text })
    },
    check() {
      if (failure !== undefined) throw failure
    },
    tail: () => last,
    close: () => closeSync(file),
  }
}
