// Runs one child process in a group of its own: its lines as they come, its end, and how it is stopped.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How long a group has between SIGTERM and SIGKILL. */
const GRACE_MS = 5_000

/** What to start. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Two further pipes: from the child (3) and to it (4). */
  readonly channel: boolean
}

/** What is heard from a child. */
export interface Ears {
  line(line: string): void
  /** The child is there; called before anything else of it is heard. */
  started(child: ChildProcess): void
}

/** How a child ended: its exit code, or the signal that ended it, or why it never began. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly error?: NodeJS.ErrnoException
}

/** Starts a child and waits until it has ended and its output is read. The signal's abort ends its whole group. */
export async function runProcess(launch: Launch, ears: Ears, signal: AbortSignal): Promise<Ended> {
  const child = spawn(launch.command, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(launch.channel ? (['pipe', 'pipe'] as const) : [])],
  })
  const ended = endOf(child)
  const stop = (): void => stopGroup(child)
  try {
    ears.started(child)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', ears.line)
    return await ended
  } catch (error) {
    // A child that nobody listens to must not stay.
    signalGroup(child.pid, 'SIGKILL')
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }))
    // What a stage leaves running would write into outputs that are taken for finished, and hold its log open.
    child.once('exit', () => signalGroup(child.pid, 'SIGKILL'))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

function stopGroup(child: ChildProcess): void {
  signalGroup(child.pid, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS)
  child.once('close', () => clearTimeout(timer))
}

/** Sends a signal to a process group; a group that is gone already is no error. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  // 0 and 1 would mean our own group and every process there is.
  if (pid === undefined || !(pid > 1)) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
