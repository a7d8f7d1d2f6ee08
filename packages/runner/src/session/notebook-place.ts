// Where the notebook of a run is written: reports/index.html, unless that path is a stage's or a user's.
import { closeSync, openSync, readSync, realpathSync } from 'node:fs'
import { isWithin, projectPath } from '@weir/base'
import { diskFiles } from '@weir/base/files'
import { isReference } from '../config/model.ts'
import type { Workspace } from '../plan/workspace.ts'
import { isNotebookPage } from '../report/notebook-page.ts'

/** Bytes at the beginning of a page that show who wrote it. */
const BEGINNING = 64 * 1024

/** A place for the notebook, relative to the project, and why it is not the usual one. */
export interface NotebookPlace {
  readonly path: string
  readonly because?: string
}

/**
 * The place in a project. The notebook must be neither an output nor a dependency of a stage, which would
 * then never be up to date; and it must not replace a page that the runner did not write.
 */
export function notebookPlace({
  layout,
  graph,
}: Pick<Workspace, 'layout' | 'graph'>): NotebookPlace {
  const { root, notebook } = layout
  const path = projectPath(root, notebook)
  const elsewhere = (because: string): NotebookPlace => ({
    path: projectPath(root, layout.notebookInState),
    because,
  })
  const places = [...new Set([path, realPlace(root, notebook)])]
  for (const stage of graph.stages.values())
    for (const own of [...stage.deps, ...stage.outs.map((out) => out.path)])
      if (!isReference(own) && places.some((place) => isWithin(place, own)))
        return elsewhere(`'${own}' is a path of stage '${stage.name}'`)
  const beginning = beginningOf(notebook)
  if (beginning === undefined || isNotebookPage(beginning)) return { path }
  return elsewhere(`${path} is not a notebook of weir`)
}

/** The real path of a place: its folder, or the page itself, may be a link into an output. */
function realPlace(root: string, path: string): string {
  try {
    return projectPath(realpathSync(root), diskFiles.real(path))
  } catch {
    return projectPath(root, path)
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
