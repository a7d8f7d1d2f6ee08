// Resolves links, so that a write replaces the target of a link and not the link.
import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { orAbsent } from '../values/errno.ts'

/** The place that a path leads to, also through a link that leads to no file yet. */
export function realPath(path: string): string {
  const found = orAbsent(() => realpathSync(path), undefined)
  if (found !== undefined) return found
  const folder = orAbsent(() => realpathSync(dirname(path)), undefined)
  if (folder === undefined) return path
  const link = orAbsent(() => lstatSync(path).isSymbolicLink(), false)
  return link ? realPath(resolve(folder, readlinkSync(path))) : join(folder, basename(path))
}
