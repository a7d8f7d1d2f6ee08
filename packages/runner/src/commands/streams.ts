// Streams for text, and what happens when the standard ones of this process cannot be written.

/** A stream for text; on a terminal it has columns. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  /** Bytes that were written and that the reader has not taken yet. */
  readonly writableLength?: number
  readonly writableNeedDrain?: boolean
  once?(event: 'drain' | 'error' | 'close', listener: () => void): unknown
}

/** Where people and programs are told. */
export interface Streams {
  readonly stdout: TextStream
  readonly stderr: TextStream
}

/** A reader that has gone (`weir run | head`), or a terminal that was closed. */
const READER_GONE = ['EPIPE', 'EIO', 'ECONNRESET', 'ENOTCONN']

/**
 * Keeps the work going when stdout or stderr cannot be written. A reader that has gone is no failure; a full disk
 * behind `> file` is one, told on stderr and by the exit code once the work is done.
 */
export function forgiveStreams(): void {
  let failed = false
  for (const name of ['stdout', 'stderr'] as const)
    process[name].on('error', ({ code, syscall, message }: NodeJS.ErrnoException) => {
      const readerGone = code !== undefined && READER_GONE.includes(code)
      if (failed || syscall !== 'write' || readerGone) return
      failed = true
      process.stderr.write(`error: ${name} could not be written: ${message}\n`)
    })
  process.once('exit', (code) => {
    if (failed && code === 0) process.exitCode = 1
  })
}
