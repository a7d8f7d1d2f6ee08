// The channel between the runner and a cell's process: two pipes of lines, each a value as JSON. Lines have a
// size limit; a line that is not JSON is reported and not thrown.
import type { ChildProcess } from 'node:child_process'
import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { decodeLine, encodeLine } from './json-line.ts'

/** A larger message is refused: the runner keeps what cells show in memory. */
export const MOST_BYTES = 64 * 1024 * 1024
const LINE_FEED = 10
/** File descriptors of the cell's process, after stdin, stdout and stderr. */
const [TO_RUNNER, FROM_RUNNER] = [3, 4]

/** What the runner does with what comes. */
export interface LineHandlers {
  message(value: unknown, bytes: number): void
  /** Something came that is no message; nothing more is read. */
  broken(why: string): void
}

/** A value as a line. @throws for what cannot be sent, such as a function, and for more than `most` bytes */
export function toLine(value: unknown, most = Number.POSITIVE_INFINITY): Buffer {
  const line = Buffer.from(`${encodeLine(value)}\n`)
  if (line.length - 1 > most) throw new RangeError(tooLarge(line.length - 1, most))
  return line
}

/** Takes chunks as they come and hands each whole value on. */
export function lineReader(
  { message, broken }: LineHandlers,
  most = Number.POSITIVE_INFINITY,
): (chunk: Buffer) => void {
  /** The beginning of a line whose end has not come. */
  let chunks: Buffer[] = []
  let held = 0
  let stopped = false
  const stop = (why: string): void => {
    stopped = true
    chunks = []
    broken(why)
  }
  const take = (line: Buffer): void => {
    const read = parsed(line)
    if (read) message(read.value, line.length)
    else stop('it is not a line of JSON')
  }
  /** Keeps a part of a line, if it is not too long already. */
  const hold = (part: Buffer): boolean => {
    held += part.length
    if (held > most) stop(tooLarge(held, most))
    else if (part.length > 0) chunks.push(part)
    return !stopped
  }
  const endLine = (): void => {
    const [first] = chunks
    // A chunk holds many short lines: a copy for each of them would cost more than all the rest.
    const line = chunks.length === 1 && first ? first : Buffer.concat(chunks, held)
    chunks = []
    held = 0
    take(line)
  }
  return (chunk) => {
    for (let at = 0; !stopped && at < chunk.length; ) {
      const end = chunk.indexOf(LINE_FEED, at)
      if (hold(chunk.subarray(at, end < 0 ? undefined : end)) && end >= 0) endLine()
      at = end < 0 ? chunk.length : end + 1
    }
  }
}

function parsed(line: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: decodeLine(line.toString('utf8')) }
  } catch {
    return undefined
  }
}

/** Says that something has more bytes than are taken. */
export function tooLarge(bytes: number, most: number): string {
  const megabytes = (count: number): number => Math.ceil(count / 2 ** 20)
  return `it has ${megabytes(bytes)} MiB; at most ${megabytes(most)} MiB are taken`
}

/** How a process with such a channel is started, to run a cell or to describe some. */
export function cellHostCommand(
  { cellHost }: { readonly cellHost: string },
  options: readonly string[] = [],
): {
  readonly command: string
  readonly args: readonly string[]
  readonly channel: true
} {
  return {
    command: process.execPath,
    args: ['--enable-source-maps', ...options, cellHost],
    channel: true,
  }
}

/**
 * The runner's end: sends the job, then receives. The pipe stays open, so that the cell sees it close when the runner
 * ends.
 */
export function openChannel(child: ChildProcess, job: unknown, handlers: LineHandlers): void {
  const [from, to] = [child.stdio?.[TO_RUNNER], child.stdio?.[FROM_RUNNER]]
  // A child that could not start has no pipes, and one that has ended breaks them; both are reported by its end.
  for (const pipe of [from, to]) pipe?.on('error', () => undefined)
  const read = from as Readable | null | undefined
  read?.on('data', lineReader(handlers, MOST_BYTES))
  const write = to as Writable | null | undefined
  write?.write(toLine(job))
}

/** The cell's end: sends a value, and waits until the pipe has taken it. */
export function sendToRunner(value: unknown): void {
  const line = toLine(value, MOST_BYTES)
  for (let at = 0; at < line.length; ) at += writeSync(TO_RUNNER, line, at)
}

/** The cell's end: takes the one job. `gone` is called when the runner has ended. */
export function receiveJob<Job>(take: (job: Job) => void, gone: () => void): void {
  const pipe = new Socket({ fd: FROM_RUNNER, readable: true, writable: false })
  const message = (job: unknown): void => {
    // The channel must not keep the process alive: a cell that waits for something impossible then ends by itself.
    pipe.unref()
    take(job as Job)
  }
  pipe.on('data', lineReader({ message, broken: gone }))
  pipe.once('close', gone)
  pipe.on('error', gone)
}
