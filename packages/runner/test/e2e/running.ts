// A started command in a test's hand: what it said so far, its end, and how to signal it.
import type { ChildProcess } from 'node:child_process'

/** How a run of the CLI ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  kill(signal?: NodeJS.Signals): void
  /** What it has said so far. */
  heard(): { readonly stdout: string; readonly stderr: string }
  /** Resolves when the text has appeared on stdout or stderr; rejects when the command ends before. */
  said(text: string): Promise<void>
}

/** Follows a child that was started with pipes. */
export function follow(child: ChildProcess): Running {
  const out = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8')
    child[name]?.on('data', (chunk: string) => {
      out[name] += chunk
      for (const watch of watchers) watch()
    })
  }
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => done({ code, signal, ...out }))
  })
  return {
    child,
    ended,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    heard: () => out,
    said: (text) =>
      new Promise((done, fail) => {
        const watch = (): void => {
          if (!out.stdout.includes(text) && !out.stderr.includes(text)) return
          watchers.delete(watch)
          done()
        }
        watchers.add(watch)
        ended.then(() => fail(new Error(`ended without ${text}:\n${out.stdout}\n${out.stderr}`)))
        watch()
      }),
  }
}
