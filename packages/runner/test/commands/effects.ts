// Effects of commands for tests: a command runs in the process of the test, and what it says is kept.
import { diskFiles } from '@weir/base/files'
import type { Command } from '../../src/commands/command.ts'
import { commonEffects, type Effects } from '../../src/commands/effects.ts'
import { carryOut } from '../../src/commands/main.ts'
import { surroundings } from '../run/rig.ts'

/** What a command came to. */
export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Effects in a folder, and what they have been told so far. */
export function keptEffects(
  cwd: string,
  more: Partial<Effects> = {},
): { readonly effects: Effects; readonly said: () => Omit<Said, 'code'> } {
  const kept = { out: '', err: '' }
  const stream = (name: 'out' | 'err') => ({
    write(text: string) {
      kept[name] += text
    },
  })
  const quiet = new AbortController().signal
  const effects: Effects = {
    ...surroundings(cwd),
    ...commonEffects(cwd),
    stdout: stream('out'),
    stderr: stream('err'),
    clock: { now: () => new Date(), elapsed: () => performance.now() },
    files: diskFiles,
    ask: async () => null,
    signal: quiet,
    kill: quiet,
    exit(code) {
      throw new Error(`the command ended the process: ${code}`)
    },
    ...more,
  }
  return { effects, said: () => kept }
}

/** Carries one command out. */
export async function call(
  name: string,
  command: Command,
  argv: readonly string[],
  cwd: string,
  more: Partial<Effects> = {},
): Promise<Said> {
  const { effects, said } = keptEffects(cwd, more)
  const entry = { name, summary: name, load: async () => command }
  return { code: await carryOut(entry, argv, effects), ...said() }
}
