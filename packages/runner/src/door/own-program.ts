// Finds the bundled program of this package: the processes of cells and the hashing threads execute its scripts.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Surroundings } from '../plan/workspace.ts'

type Program = Pick<Surroundings, 'build' | 'version' | 'cellHost' | 'fileThread'>

/** bin/program.js, which the command starts too. */
interface Finder {
  findFolder(): Promise<string>
  programIn(folder: string): Program
}

/** The folder of this package. Sources and built modules all lie two folders below it. */
const HOME = join(import.meta.dirname, '..', '..')

/** Finds the program; a checkout of the tool builds it from the sources where it is missing. */
export async function ownProgram(): Promise<Program> {
  const finder = pathToFileURL(join(HOME, 'bin', 'program.js')).href
  const { findFolder, programIn } = (await import(finder)) as Finder
  return programIn(await findFolder())
}
