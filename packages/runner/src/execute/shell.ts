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
