// A command line of weir in the process of the test: the same code with other effects, without the start of a process.
// Cells and threads get the scripts of the built program, as in a process of their own.
import { basename, join } from 'node:path'
import { programFolder } from '../../../../build/start.js'
import { weir } from '../../src/commands/main.ts'
import { keptEffects } from '../commands/effects.ts'
import type { Ended } from './running.ts'

/** Carries a command line out in a folder. */
export async function weirHere(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const program = await programFolder()
  if (program === undefined) throw new Error('the program cannot be made')
  const { effects, said } = keptEffects(cwd, {
    env,
    build: basename(program),
    cellHost: join(program, 'cell-host.mjs'),
    fileThread: join(program, 'file-thread.mjs'),
  })
  const code = await weir(argv, effects)
  return { code, signal: null, stdout: said().out, stderr: said().err }
}
