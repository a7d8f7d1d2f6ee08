// Paths as the runner writes them: relative to the project, with `/`, without `.` or a slash at the end.
import { posix, relative, sep } from 'node:path'

/** The one way to write a path of pipeline.yaml: `./a//b/` is `a/b`. */
export function normalPath(path: string): string {
  const normal = posix.normalize(path.replaceAll('\\', '/'))
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}

/** True if the path is the folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || folder === '.'
}

/** True if the path leaves the project. */
export function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || path.startsWith('/')
}

/** An absolute path as seen from the project, in POSIX form. */
export function projectPath(root: string, absolute: string): string {
  return relative(root, absolute).split(sep).join('/')
}

/** Order by code unit: the same on every machine, whatever its locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
