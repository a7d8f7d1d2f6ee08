// The program of this very package, whose scripts the processes of cells and the threads that hash files execute.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Surroundings } from '../plan/workspace.ts'

type Program = Pick<Surroundings, 'build' | 'version' | 'cellHost' | 'fileThread'>

/** bin/program.js, which the command starts with too. */
interface Finder {
  findFolder(): Promise<string>
  programIn(folder: string): Program
}

/** Where this package is: its sources, doors and parts of doors are all two folders below it. */
const HOME = join(import.meta.dirname, '..', '..')

/** Finds the program; in a checkout of the tool it is made from the sources, where it is not there. */
export async function ownProgram(): Promise<Program> {
  const finder = pathToFileURL(join(HOME, 'bin', 'program.js')).href
  const { findFolder, programIn } = (await import(finder)) as Finder
  return programIn(await findFolder())
}
