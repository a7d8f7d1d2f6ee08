// The log of a stage while it runs: a file that keeps all, its last lines for a failure, and an event a line.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { instanceFile, instanceText, type StageInstance } from '../config/instance.ts'
import type { Layout } from '../config/layout.ts'
import type { OutputStream, Said } from '../execute/executor.ts'
import type { Execution } from './execution.ts'
import { ShownLines, WholeLines } from './output-lines.ts'

const TAIL_LINES = 12

/** A place for all that a stage says. */
export interface StageLog {
  readonly path: string
  /** Takes output. A failed write is thrown later, by `check`, so that it does not end the task. */
  take(said: Said): void
  check(): void
  tail(): string[]
  close(): void
}

/** The output of one stream of one process, as it comes. */
interface Stream {
  readonly whole: WholeLines
  readonly shown: ShownLines
}

/** Where the log of a stage's last attempt is. */
export function stageLogPath({ logs }: Layout, id: StageInstance): string {
  return join(logs, `${instanceFile(id)}.txt`)
}

/** Opens the log of a stage, empty. */
export function openStageLog(
  { workspace, listen, mask }: Pick<Execution, 'workspace' | 'listen' | 'mask'>,
  id: StageInstance,
): StageLog {
  const stage = instanceText(id)
  const path = stageLogPath(workspace.layout, id)
  const file = openLogFile(path)
  const last: string[] = []
  const streams = new Map<OutputStream, Stream>()
  const streamOf = (name: OutputStream): Stream => {
    const stream = streams.get(name) ?? { whole: new WholeLines(mask), shown: new ShownLines() }
    streams.set(name, stream)
    return stream
  }
  const append = (bytes: Buffer, shown: ShownLines): void => {
    file.append(bytes)
    const lines = shown.push(bytes)
    for (const line of lines) listen({ kind: 'stage_log', stage, line })
    last.push(...lines.slice(-TAIL_LINES))
    last.splice(0, last.length - TAIL_LINES)
  }
  const take = (said: Said): void => {
    switch (said.kind) {
      case 'output': {
        const { whole, shown } = streamOf(said.stream)
        append(whole.push(said.bytes), shown)
        break
      }
      case 'output_end': {
        const { whole, shown } = streamOf(said.stream)
        streams.delete(said.stream)
        append(whole.end(), shown)
        break
      }
      case 'line':
        append(Buffer.from(`${mask(said.text)}\n`), new ShownLines())
        break
      case 'progress':
        listen({ kind: 'stage_progress', stage, progress: mask(said.progress) })
        break
      case 'debugger':
        listen({ kind: 'stage_inspected', stage, url: said.url })
        break
      case 'warning':
        listen({ kind: 'warning', stage, message: said.message })
    }
  }
  return { path, take, check: file.check, tail: () => last, close: file.close }
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
