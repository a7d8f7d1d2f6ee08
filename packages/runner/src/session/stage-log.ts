// The log of a stage while it runs: a file that keeps all, its last lines for a failure, and an event a line.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Output } from '../execute/process.ts'
import type { Execution } from './execution.ts'
import { ShownLines, WholeLines } from './output-lines.ts'

const TAIL_LINES = 12

/** A place to append a stage's output to. */
export interface StageLog {
  readonly path: string
  /** Appends a line. That it cannot be written is thrown by `check`, since nobody hears what a stream's listener throws. */
  line(text: string): void
  /** Appends what a stream brings, as it comes. */
  output(): Output
  check(): void
  tail(): string[]
  close(): void
}

/** Opens the log of a stage, empty. */
export function openStageLog(
  { workspace, listen, mask }: Pick<Execution, 'workspace' | 'listen' | 'mask'>,
  stage: string,
): StageLog {
  const path = join(workspace.layout.logs, `${stage}.txt`)
  const file = openLogFile(path)
  const last: string[] = []
  const show = (lines: readonly string[]): void => {
    for (const line of lines) listen({ kind: 'stage_log', stage, line })
    last.push(...lines.slice(-TAIL_LINES))
    last.splice(0, last.length - TAIL_LINES)
  }
  const append = (bytes: Buffer, shown: ShownLines): void => {
    file.append(bytes)
    show(shown.push(bytes))
  }
  return {
    path,
    line: (text) => append(Buffer.from(`${mask(text)}\n`), new ShownLines()),
    output() {
      const [whole, shown] = [new WholeLines(mask), new ShownLines()]
      return {
        write: (bytes) => append(whole.push(bytes), shown),
        end: () => append(whole.end(), shown),
      }
    },
    check: file.check,
    tail: () => last,
    close: file.close,
  }
}

/** A new file: the one of an earlier run may be kept under another name. */
function openLogFile(path: string): {
  append(bytes: Buffer): void
  check(): void
  close(): void
} {
  const file = createFile(path)
  let failure: unknown
  return {
    append(bytes) {
      if (failure !== undefined) return
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      } catch (error) {
        failure = error
      }
    },
    check() {
      if (failure !== undefined) throw failure
    },
    close: () => closeSync(file),
  }
}

function createFile(path: string): number {
  const create = (): number => openSync(path, 'ax')
  try {
    return create()
  } catch {
    // The one of an earlier run, or something else in the way; or the folder has been removed.
    rmSync(path, { recursive: true, force: true })
    mkdirSync(dirname(path), { recursive: true })
    return create()
  }
}
