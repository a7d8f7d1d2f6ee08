// The process while weir works: code of plugins runs in it too. That code must neither end the process silently nor print
// into the JSON document on stdout. Node also exits silently when only unsettled promises are left; that is reported
// here.
import { Console } from 'node:console'
import type { Problem } from '@weir/base'
import { EXIT } from './exit.ts'
import { sayFailed } from './say.ts'

/** The calls of plugins that have not come to an end. */
const calls = new Set<{ readonly plugin: string }>()

/** Calls a plugin; until the call settles, an exit of the process is attributed to that plugin. */
export async function inPlugin<T>(plugin: string, work: () => T | Promise<T>): Promise<T> {
  const call = { plugin }
  calls.add(call)
  try {
    return await work()
  } finally {
    calls.delete(call)
  }
}

/** Runs the work of this process. If the process ends before the work, that is reported as a failure. */
export async function guardProcess<T>(argv: readonly string[], work: () => Promise<T>): Promise<T> {
  const json = argv.includes('--json')
  if (json) globalThis.console = new Console(process.stderr)
  let isEmpty = false
  const emptied = (): void => {
    isEmpty = true
  }
  const ended = (code: number): void => {
    const problem = isEmpty ? waitsForever() : endedByPlugin(code)
    if (!problem) return
    sayFailed(process, [problem], json)
    if (isEmpty || code === EXIT.fine) process.exitCode = EXIT.stageFailed
  }
  process.on('beforeExit', emptied).on('exit', ended)
  try {
    return await work()
  } finally {
    process.off('beforeExit', emptied).off('exit', ended)
  }
}

function waitsForever(): Problem {
  const [call] = calls
  if (!call)
    return {
      code: 'BUG',
      message: 'weir waits for what can never come, and has ended before its work was done',
      hint: 'please report it, with pipeline.yaml, params.yaml and the command line',
    }
  return failed(`${call.plugin} waits for what can never come, and has not done its work`)
}

/** The problem if a plugin ended the process. An exit after a signal is weir's own. */
function endedByPlugin(code: number): Problem | undefined {
  const [call] = calls
  if (!call || code === EXIT.interrupted) return undefined
  return failed(`${call.plugin} has ended the process with exit code ${code} (process.exit)`)
}

function failed(message: string): Problem {
  const hint = 'this is a mistake in that package: report it there'
  return { code: 'PLUGIN_FAILED', message, hint }
}
