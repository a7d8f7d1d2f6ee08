// Runs one child process in a group of its own: its output as it comes, its end, and how it is stopped.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { OutputStream } from './executor.ts'

/** How long a group has between SIGTERM and SIGKILL, and its output to end after the child. */
const GRACE_MS = 5_000
/** How long a child is waited for after SIGKILL. */
const LAST_MS = 1_000
/** How long what a stopped child wrote last may take to be read. */
const DRAIN_MS = 200

/** What to start. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Two further pipes: from the child (3) and to it (4). */
  readonly channel: boolean
}

/** Where the bytes of one stream of a child go. */
export interface Output {
  write(bytes: Buffer): void
  /** No more bytes come. */
  end(): void
}

/** Who takes what comes from a child. */
export interface ChildHandlers {
  output(stream: OutputStream): Output
  /** The child is there; called before anything else of it arrives. */
  started(child: ChildProcess): void
  warn(message: string): void
  /** A promise while what came is not yet passed on: the child waits for it with more. */
  behind?(): Promise<void> | undefined
}

/** How a child is stopped: politely, with a grace, or at once. */
export interface Stops {
  readonly signal: AbortSignal
  readonly kill: AbortSignal
}

/** How a child ended: its exit code, or the signal that ended it, or why it never began. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly error?: NodeJS.ErrnoException
}

/**
 * Starts a child and waits until it has ended and its output is read. An abort ends its whole group; after one
 * no child is started.
 */
export async function runProcess(
  launch: Launch,
  handlers: ChildHandlers,
  stops: Stops,
): Promise<Ended> {
  if (stops.signal.aborted || stops.kill.aborted) return { code: null, signal: null }
  const child = startChild(launch)
  if (child instanceof Error) return { code: null, signal: null, error: child }
  const stopper = createStopper(child, handlers.warn)
  stops.signal.addEventListener('abort', stopper.stop, { once: true })
  stops.kill.addEventListener('abort', stopper.kill, { once: true })
  try {
    const ended = endOf(child, stops, stopper)
    handlers.started(child)
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = child[name]
      if (stream) follow(stream, handlers.output(name))
    }
    for (const stream of sourcesOf(child)) holdWhileBehind(child, stream, handlers, stops)
    return await ended
  } catch (error) {
    // A child that nobody listens to must not stay.
    signalGroup(child.pid, 'SIGKILL')
    closeStreams(child)
    throw error
  } finally {
    stopper.clear()
    stops.signal.removeEventListener('abort', stopper.stop)
    stops.kill.removeEventListener('abort', stopper.kill)
  }
}

/** The child; or the error that some systems' refusals (E2BIG, ENOMEM) are thrown as, while others are events. */
function startChild({ command, args, cwd, env, channel }: Launch): ChildProcess | Error {
  const extra = channel ? (['pipe', 'pipe'] as const) : []
  const stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe', ...extra]
  try {
    return spawn(command, args, { cwd, env, detached: true, stdio })
  } catch (error) {
    return error as Error
  }
}

function follow(stream: Readable, output: Output): void {
  stream.on('data', (bytes: Buffer) => output.write(bytes))
  // A stream that fails is over, as one that ends.
  stream.on('error', () => undefined)
  stream.once('close', () => output.end())
}

/** What the child writes to: its output, and the channel from it. None where it could not be started. */
function sourcesOf({ stdio }: ChildProcess): Readable[] {
  const [, output, errors, channel] = stdio ?? []
  return [output, errors, channel].filter((stream): stream is Readable => Boolean(stream))
}

/** Stops reading while the other side is behind and the child is to go on. */
function holdWhileBehind(
  child: ChildProcess,
  stream: Readable,
  { behind }: ChildHandlers,
  { signal }: Stops,
): void {
  stream.on('data', () => {
    const caughtUp = behind?.()
    if (!caughtUp || signal.aborted || hasEnded(child)) return
    stream.pause()
    void caughtUp.then(() => stream.resume())
  })
}

function endOf(child: ChildProcess, stops: Stops, stopper: Stopper): Promise<Ended> {
  return new Promise((resolve) => {
    // A child that runs can have errors too (a message that it does not take): they do not end it.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error })
    })
    // A process that the stage left running would write into finished outputs and keep the log open.
    child.once('exit', () => {
      stopper.killRest()
      resumeOutput(child)
      // A process that left the group may keep the streams open without end.
      stopper.later(stops.signal.aborted ? DRAIN_MS : GRACE_MS, () => closeStreams(child))
    })
    child.once('close', (code, signal) => {
      stopper.clear()
      resolve({ code, signal })
    })
    stopper.onGivenUp(() => resolve({ code: null, signal: null }))
  })
}

function resumeOutput(child: ChildProcess): void {
  for (const stream of sourcesOf(child)) stream.resume()
}

function closeStreams(child: ChildProcess): void {
  for (const stream of child.stdio ?? []) stream?.destroy()
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Stops a child's group: SIGTERM, SIGKILL after the grace, and in the end no more waiting. */
interface Stopper {
  stop(): void
  kill(): void
  /** Kills what the child left in its group. */
  killRest(): void
  /** Takes the place of the step that comes next. */
  later(ms: number, step: () => void): void
  onGivenUp(call: () => void): void
  clear(): void
}

function createStopper(child: ChildProcess, warn: (message: string) => void): Stopper {
  let timer: NodeJS.Timeout | undefined
  let givenUp = (): void => undefined
  const later = (ms: number, step: () => void): void => {
    clearTimeout(timer)
    timer = setTimeout(step, ms)
  }
  const send = (signal: NodeJS.Signals): void => {
    if (signalGroup(child.pid, signal) === 'refused')
      warn(`process ${child.pid} and its group may not be sent ${signal} by this user`)
  }
  const giveUp = (): void => {
    warn(`process ${child.pid} could not be stopped and is left running`)
    closeStreams(child)
    child.unref()
    givenUp()
  }
  const kill = (): void => {
    send('SIGKILL')
    later(LAST_MS, giveUp)
  }
  return {
    stop() {
      if (hasEnded(child)) return later(DRAIN_MS, () => closeStreams(child))
      // A paused stream would keep the child from ending.
      resumeOutput(child)
      send('SIGTERM')
      later(GRACE_MS, kill)
    },
    kill() {
      if (hasEnded(child)) closeStreams(child)
      else kill()
    },
    killRest: () => send('SIGKILL'),
    later,
    onGivenUp(call) {
      givenUp = call
    },
    clear: () => clearTimeout(timer),
  }
}

/** Sends a signal to a process group. Ignores that the group has ended or belongs to another user. */
export function signalGroup(
  pid: number | undefined,
  signal: NodeJS.Signals,
): 'sent' | 'gone' | 'refused' {
  // `kill` takes -0 for our own group and -1 for every process.
  if (pid === undefined || !(pid > 1)) return 'gone'
  try {
    process.kill(-pid, signal)
    return 'sent'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EPERM') return 'refused'
    if (code === 'ESRCH') return 'gone'
    throw error
  }
}
