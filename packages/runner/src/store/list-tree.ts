// Every file below a folder, through links, with its stats.
import { readdirSync, type Stats, statSync } from 'node:fs'
import { byCodeUnit, errnoOf } from '@weir/base'
import { fsPath, isText, REPLACEMENT, readNames } from './byte-path.ts'
import { createPace } from './pace.ts'

/** A file that was found below a folder. */
export interface FoundFile {
  /** Below the folder, with `/`. */
  readonly path: string
  readonly absolute: string
  readonly stats: Stats
}

/** What is below a folder. */
export interface Tree {
  /** In order of their paths. */
  readonly files: readonly FoundFile[]
  /** Each after the one that it is in, also empty ones. */
  readonly folders: readonly string[]
}

/** A folder on the way, by its place in the file system. */
interface Visit {
  readonly path: string
  readonly stats: Stats
  readonly above: Visit | undefined
}

/** The stats of what is at a path; undefined where nothing is, also below a file. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(fsPath(path), { throwIfNoEntry: false })
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOTDIR') return undefined
    throw code === 'ELOOP' ? linkLoop(path) : error
  }
}

/**
 * What is below a folder. Links are followed, also out of the folder, and vanish where they lead nowhere.
 * A link to a folder that it is in has no end and is refused.
 */
export async function listTree(folder: string, stats: Stats, signal?: AbortSignal): Promise<Tree> {
  const files: FoundFile[] = []
  const folders: string[] = []
  const pace = createPace(signal)
  const walk = async (visit: Visit): Promise<void> => {
    for (const name of readNames(join(folder, visit.path))) {
      const path = join(visit.path, name)
      const absolute = join(folder, path)
      const found = statsOf(absolute)
      if (found?.isDirectory()) {
        folders.push(path)
        await walk(below(visit, path, absolute, found))
      } else if (found) files.push({ path, absolute, stats: found })
      if (pace.due()) await pace.rest()
    }
  }
  await walk({ path: '', stats, above: undefined })
  return { files: files.sort((a, b) => byCodeUnit(a.path, b.path)), folders }
}

/** The paths of the files below a folder that are UTF-8, without a look at each file; in no order. */
export async function listPaths(folder: string): Promise<string[]> {
  const paths: string[] = []
  const walk = async (inside: string): Promise<void> => {
    for (const entry of readdirSync(join(folder, inside), { withFileTypes: true })) {
      if (entry.name.includes(REPLACEMENT)) continue
      const path = join(inside, entry.name)
      if (entry.isDirectory()) await walk(path)
      else if (entry.isFile()) paths.push(path)
      else paths.push(...(await behindLink(join(folder, path), path)))
    }
  }
  await walk('')
  return paths
}

async function behindLink(absolute: string, path: string): Promise<string[]> {
  const stats = statsOf(absolute)
  if (!stats?.isDirectory()) return stats ? [path] : []
  const { files } = await listTree(absolute, stats)
  return files.map((file) => join(path, file.path)).filter(isText)
}

function join(folder: string, path: string): string {
  if (folder === '') return path
  return path === '' ? folder : `${folder}/${path}`
}

/** A step down, unless the folder is one that we are in. */
function below(above: Visit, path: string, absolute: string, stats: Stats): Visit {
  for (let visit: Visit | undefined = above; visit; visit = visit.above)
    if (visit.stats.ino === stats.ino && visit.stats.dev === stats.dev) throw linkLoop(absolute)
  return { path, stats, above }
}

function linkLoop(path: string): Error {
  return Object.assign(
    new Error(`the link '${path}' leads to itself or to a folder that it is in`),
    {
      code: 'LINK_LOOP',
      hint: 'its content would have no end: remove the link, or name the files that are needed',
    },
  )
}
