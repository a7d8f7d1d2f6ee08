// `$` of a cell: shell commands by zx, written into the stage's log and ended with the stage.
import { createRequire } from 'node:module'
import type { Shell } from 'zx/core'

/** Runs a command: each value in the template is one argument, quoted. */
export type { Shell } from 'zx/core'

/** What a command says, as zx reports it. */
type Said = Parameters<typeof import('zx/core').log>[0]

/**
 * `$` for one stage. It is loaded when a cell asks for it. Its commands stay in the process group of the stage, so that
 * they cannot outlive it.
 */
export function stageShell(signal: AbortSignal): Shell {
  const { $ } = createRequire(import.meta.url)('zx/core') as typeof import('zx/core')
  return $({ signal, detached: false, verbose: true, log: writeLog })
}

/** The stage's log is what its process writes. What a command is told to be quiet about is left out. */
function writeLog(entry: Said): void {
  if (!entry.verbose) return
  if (entry.kind === 'cmd') process.stderr.write(`$ ${entry.cmd}\n`)
  else if (entry.kind === 'stdout') process.stdout.write(entry.data)
  else if (entry.kind === 'stderr') process.stderr.write(entry.data)
}

/** What a cell throws on when a command of `$` has failed, by its shape: zx may be loaded twice. */
interface FailedCommand {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stderr: string
}

/** How a command of `$` failed, in one line; undefined for any other error. */
export function commandFailure(error: unknown): string | undefined {
  if (!isFailedCommand(error)) return undefined
  const how = error.signal === null ? `exited with ${error.exitCode}` : `ended by ${error.signal}`
  const said = error.stderr.trim().split('\n').at(-1)
  return `a command of $ ${how}${said ? `: ${said}` : ''}`
}

function isFailedCommand(error: unknown): error is FailedCommand {
  return error instanceof Error && 'exitCode' in error && 'signal' in error && 'stderr' in error
}
