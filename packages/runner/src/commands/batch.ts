// Lines for a stream, written in batches; a reader that is behind is waited for, or spared what it cannot take.
import type { TextStream } from './streams.ts'

/** A batch this large does not wait for the end of the turn. */
const LARGE = 64 * 1024
/** With so many characters not yet read, the output of stages is left out. */
const MOST_UNREAD = 16 * 1024 * 1024

/** Writes lines to a stream, in their order. */
export interface BatchWriter {
  say(line: string): void
  /** Says a line of a stage's output; it is left out, and counted, where the reader is too far behind. */
  sayOutput(line: string): void
  flush(): void
  /** A promise while the stream is behind with what was written. */
  behind(): Promise<void> | undefined
}

/** What is said in one turn of the event loop is written at once: a thousand cached stages are one write. */
export function batchWriter(
  stream: TextStream,
  write: (text: string) => void = (text) => void stream.write(text),
): BatchWriter {
  let pending = ''
  let leftOut = 0
  let caughtUp: Promise<void> | undefined
  const flush = (): void => {
    const text = pending
    pending = ''
    if (text !== '') write(text)
  }
  const add = (line: string): void => {
    if (pending === '') setImmediate(flush)
    pending += `${line}\n`
    if (pending.length > LARGE) flush()
  }
  const say = (line: string): void => {
    if (leftOut > 0) add(`… ${leftOut} lines of output were not shown: the reader is behind`)
    leftOut = 0
    add(line)
  }
  return {
    say,
    sayOutput(line) {
      if ((stream.writableLength ?? 0) > MOST_UNREAD) leftOut++
      else say(line)
    },
    flush,
    behind() {
      if (stream.writableNeedDrain !== true) return undefined
      caughtUp ??= drained(stream).then(() => {
        caughtUp = undefined
      })
      return caughtUp
    },
  }
}

/** Resolves when the reader has taken what was written, or is gone. */
export function drained(stream: TextStream): Promise<void> {
  return new Promise((done) => {
    for (const event of ['drain', 'error', 'close'] as const) stream.once?.(event, done)
  })
}
