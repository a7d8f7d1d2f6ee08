// Where a run writes its notebook: the usual place, unless something there belongs to a stage or to somebody else.
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { buildGraph } from '../../src/plan/graph.ts'
import { notebookPlace } from '../../src/session/notebook-place.ts'
import { pipelineOf, stage } from '../graph/stages.ts'
import { folderWith } from '../project-folder.ts'

const USUAL = { path: 'reports/index.html' }
/** How each notebook begins, as far as it is known by that. */
const NOTEBOOK = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="x">
</head><dl><dt>total time</dt></dl>`

function placeIn(root: string, deps: string[] = [], outs: string[] = ['made']) {
  const graph = buildGraph(pipelineOf(stage('s', deps, outs)), ({ message }) => {
    throw new Error(message)
  })
  if (!graph) throw new Error('no graph')
  return notebookPlace({ layout: layoutOf(root), graph })
}

describe('the notebook is written', () => {
  it('to reports/index.html, also where an earlier one is', () => {
    expect(placeIn(folderWith())).toEqual(USUAL)
    expect(placeIn(folderWith({ 'reports/index.html': NOTEBOOK }))).toEqual(USUAL)
  })

  it('beside paths of stages that only look alike', () => {
    expect(placeIn(folderWith(), ['reports/index.htm'], ['reports/index.html.d'])).toEqual(USUAL)
    expect(placeIn(folderWith(), ['r://reports/index.html'])).toEqual(USUAL)
  })

  it.each([
    ['the page is an output', [], ['reports/index.html'], 'reports/index.html'],
    ['its folder is an output', [], ['reports'], 'reports'],
    ['its folder is a dependency', ['reports'], ['made'], 'reports'],
  ])('into the state where %s', (_, deps, outs, path) => {
    expect(placeIn(folderWith(), deps, outs)).toEqual({
      path: '.weir/notebook.html',
      because: `'${path}' is a path of stage 's'`,
    })
  })

  it('into the state where its folder leads into an output', () => {
    const root = folderWith({ 'made/index.txt': 'x' })
    symlinkSync('made', join(root, 'reports'))
    expect(placeIn(root)).toEqual({
      path: '.weir/notebook.html',
      because: "'made' is a path of stage 's'",
    })
  })

  it.each([
    ['a page of somebody else', '<!doctype html>\n<p>total time</p>'],
    ['an empty file', ''],
    ['a page that only quotes a notebook', `<pre>${NOTEBOOK}</pre>`],
    ['a page with its head alone', NOTEBOOK.slice(0, NOTEBOOK.indexOf('<dl>'))],
  ])('into the state where %s is', (_, text) => {
    expect(placeIn(folderWith({ 'reports/index.html': text }))).toEqual({
      path: '.weir/notebook.html',
      because: 'reports/index.html is not a notebook of weir',
    })
  })

  it('to the usual place where a folder has its name, which the write then refuses', () => {
    const root = folderWith()
    mkdirSync(join(root, 'reports/index.html'), { recursive: true })
    expect(placeIn(root)).toEqual(USUAL)
  })
})
