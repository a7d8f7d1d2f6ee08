// The channel between the runner and a cell's process: two pipes of frames, each a length and a value as V8 writes it.
// BigInt and NaN survive, a frame has a largest size, and what is no frame is told of instead of thrown.
import type { ChildProcess } from 'node:child_process'
import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { deserialize, serialize } from 'node:v8'

/** A larger frame is refused: the runner keeps what cells show in memory. */
export const MOST_BYTES = 64 * 1024 * 1024
/** Bytes before each body: its length. */
const HEAD = 4
const LONGEST = 2 ** 32 - 1
/** File descriptors of the cell's process, after stdin, stdout and stderr. */
const [TO_RUNNER, FROM_RUNNER] = [3, 4]

/** What the runner does with what comes. */
export interface FrameHandlers {
  message(value: unknown, bytes: number): void
  /** Something came that is no frame; nothing more is read. */
  broken(why: string): void
}

/** A value as a frame. @throws for what cannot be copied, such as a function, and for more than `most` bytes */
export function toFrame(value: unknown, most = LONGEST): Buffer {
  const body = serialize(value)
  if (body.length > most) throw new RangeError(tooLarge(body.length, most))
  const frame = Buffer.allocUnsafe(HEAD + body.length)
  frame.writeUInt32BE(body.length)
  body.copy(frame, HEAD)
  return frame
}

/** Takes chunks as they come and hands each whole value on. */
export function frameReader(
  { message, broken }: FrameHandlers,
  most = LONGEST,
): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let [held, needed] = [0, HEAD]
  let stopped = false
  const stop = (why: string): void => {
    stopped = true
    chunks = []
    broken(why)
  }
  const take = (body: Buffer): void => {
    const found = deserialized(body)
    if (found) message(found.value, body.length)
    else stop('it is not a value as V8 writes it')
  }
  /** Takes one frame, or learns how long it is. */
  const step = (): void => {
    const [first] = chunks
    // One chunk holds many small frames: a copy for each of them would cost more than all the rest.
    const all = chunks.length === 1 && first ? first : Buffer.concat(chunks, held)
    const size = all.readUInt32BE()
    needed = HEAD + size
    chunks = held < needed ? [all] : [all.subarray(needed)]
    if (size > most) stop(tooLarge(size, most))
    if (stopped || held < needed) return
    ;[held, needed] = [held - needed, HEAD]
    take(all.subarray(HEAD, HEAD + size))
  }
  return (chunk) => {
    if (stopped) return
    chunks.push(chunk)
    held += chunk.length
    while (!stopped && held >= needed) step()
  }
}

function deserialized(body: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: deserialize(body) }
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
export function cellHostCommand({ cellHost }: { readonly cellHost: string }): {
  readonly command: string
  readonly args: readonly string[]
  readonly channel: true
} {
  return {
    command: process.execPath,
    args: ['--enable-source-maps', cellHost],
    channel: true,
  }
}

/** The runner's end: sends the job and hears the rest. The pipe stays open, so that its end tells of the runner's. */
export function openChannel(child: ChildProcess, job: unknown, handlers: FrameHandlers): void {
  const [from, to] = [child.stdio?.[TO_RUNNER], child.stdio?.[FROM_RUNNER]]
  // A child that could not start has no pipes; one that is gone already breaks them. Both are told of by its end.
  for (const pipe of [from, to]) pipe?.on('error', () => undefined)
  const read = from as Readable | null | undefined
  read?.on('data', frameReader(handlers, MOST_BYTES))
  const write = to as Writable | null | undefined
  write?.write(toFrame(job))
}

/** The cell's end: sends a value, and waits until the pipe has taken it. */
export function sendToRunner(value: unknown): void {
  const frame = toFrame(value, MOST_BYTES)
  for (let at = 0; at < frame.length; ) at += writeSync(TO_RUNNER, frame, at)
}

/** The cell's end: takes the one job. `gone` is called when the runner is there no more. */
export function receiveJob<Job>(take: (job: Job) => void, gone: () => void): void {
  const pipe = new Socket({ fd: FROM_RUNNER, readable: true, writable: false })
  const message = (job: unknown): void => {
    // A cell that waits for what cannot come any more ends, instead of hanging on the channel.
    pipe.unref()
    take(job as Job)
  }
  pipe.on('data', frameReader({ message, broken: gone }))
  pipe.once('close', gone)
  pipe.on('error', gone)
}
