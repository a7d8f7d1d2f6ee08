// Gives a copy of this repository its packages: those of others linked, its own linked to their sources in the copy.
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { workspaces } from '../build/workspaces.js'

/** Makes node_modules in a copy; `without` names what is not linked. */
export function linkPackages(repository: string, copy: string, without: readonly string[]): void {
  const [from, to] = [join(repository, 'node_modules'), join(copy, 'node_modules')]
  mkdirSync(join(to, '@weir'), { recursive: true })
  for (const name of readdirSync(from))
    if (name !== '@weir' && !without.includes(name)) symlinkSync(join(from, name), join(to, name))
  for (const folder of workspaces(copy))
    symlinkSync(join('../..', folder), join(to, '@weir', folder.replace(/^packages\//, '')))
}
