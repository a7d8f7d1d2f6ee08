// Where in a cell's own sources an error came from, by the source map of its packed code.
import { findSourceMap } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isOutside, type Place, projectPath } from '@weir/base'

/** Line and column at the end of a stack's line. */
const POSITION = /:(\d+):(\d+)\)?$/

/**
 * The first place of a stack that is in the sources of some packed code, its file relative to the folder that the
 * project is in; of an error without one, that of its cause. Needs stacks that Node has mapped to sources.
 */
export function cellPlace(error: unknown, packed: string, folder: string): Place | undefined {
  const sources = sourcesOf(packed)
  // A cause may be its own.
  for (let [at, tries] = [error, 0]; at instanceof Error && tries < 10; at = at.cause, tries++) {
    const place = firstPlace(at.stack ?? '', sources, folder)
    if (place) return place
  }
  return undefined
}

/** By absolute path, the sources of packed code with their text, where the map has it. */
function sourcesOf(packed: string): Map<string, string> {
  const payload = findSourceMap(packed)?.payload
  const base = pathToFileURL(packed)
  const sources = (payload?.sources ?? []).map((source, index): [string, string] | undefined => {
    const url = new URL(source, base)
    return url.protocol === 'file:'
      ? [resolve(fileURLToPath(url)), payload?.sourcesContent[index] ?? '']
      : undefined
  })
  return new Map(sources.filter((source) => source !== undefined))
}

function firstPlace(
  stack: string,
  sources: ReadonlyMap<string, string>,
  folder: string,
): Place | undefined {
  for (const text of stack.split('\n')) {
    const [position, line, col] = POSITION.exec(text) ?? []
    if (position === undefined || !/^\s+at /.test(text)) continue
    const before = text.slice(0, -position.length)
    const source = [...sources.keys()].find((path) => isNamedAtEnd(before, path))
    if (source === undefined) continue
    const file = projectPath(folder, source)
    if (isOutside(file)) continue
    const excerpt = sources.get(source)?.split(/\r?\n/)[Number(line) - 1]
    return { file, line: Number(line), col: Number(col), ...(excerpt && { excerpt }) }
  }
  return undefined
}

/** True for `    at PATH`, `    at name (PATH` and `    at name (file:///PATH`, in which PATH may have blanks. */
function isNamedAtEnd(text: string, path: string): boolean {
  const url = pathToFileURL(path).href
  return [path, url].some((name) => text.endsWith(` ${name}`) || text.endsWith(`(${name}`))
}
