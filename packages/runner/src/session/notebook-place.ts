// Where the notebook of a run is written: reports/index.html, unless that path is a stage's or a user's.
import { closeSync, openSync, readSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { isWithin, projectPath } from '@weir/base/paths'
import { diskFiles } from '@weir/base/text-files'
import { isReference, STATE_FOLDER } from '../config/model.ts'
import type { Workspace } from '../plan/workspace.ts'
import { isNotebookPage } from '../report/notebook-page.ts'

export const NOTEBOOK = 'reports/index.html'
const ELSEWHERE = `${STATE_FOLDER}/notebook.html`
/** As much of a page as tells whose it is. */
const BEGINNING = 64 * 1024

/** A place for the notebook, relative to the project, and why it is not the usual one. */
export interface NotebookPlace {
  readonly path: string
  readonly because?: string
}

/**
 * The place in a project. What the runner writes must change neither an output nor a dependency: the stage would
 * never be up to date. And it must not replace a page that somebody else has written.
 */
export function notebookPlace({ root, graph }: Pick<Workspace, 'root' | 'graph'>): NotebookPlace {
  const places = [...new Set([NOTEBOOK, realPlace(root)])]
  for (const stage of graph.stages.values())
    for (const path of [...stage.deps, ...stage.outs.map((out) => out.path)])
      if (!isReference(path) && places.some((place) => isWithin(place, path)))
        return elsewhere(`'${path}' is a path of stage '${stage.name}'`)
  const beginning = beginningOf(join(root, NOTEBOOK))
  if (beginning === undefined || isNotebookPage(beginning)) return { path: NOTEBOOK }
  return elsewhere(`${NOTEBOOK} is not a notebook of weir`)
}

function elsewhere(because: string): NotebookPlace {
  return { path: ELSEWHERE, because }
}

/** The usual place, seen through links: `reports`, or the page itself, may lead into an output. */
function realPlace(root: string): string {
  try {
    return projectPath(realpathSync(root), diskFiles.real(join(root, NOTEBOOK)))
  } catch {
    return NOTEBOOK
  }
}

/** The first bytes of a file; undefined where nothing is, or nothing that can be read. */
function beginningOf(path: string): string | undefined {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(BEGINNING)
      return bytes.subarray(0, readSync(file, bytes)).toString()
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
