// The notebook of a run, gathered from what the project remembers: in any project, after any end, and once a run.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import type { NotebookPlace } from '../../src/session/notebook-place.ts'
import type { RunRequest } from '../../src/session/run-request.ts'
import { writeNotebook } from '../../src/session/write-notebook.ts'
import { Pipeline, type StageText } from './rig.ts'

const PAGE = 'reports/index.html'

/** Makes a run and its notebook; gives the place of it. */
async function told(it: Pipeline, request: Partial<RunRequest> = {}) {
  let place: NotebookPlace | undefined
  const { outcomes } = await it.run(request, undefined, undefined, {
    afterwards: async ({ workspace, lines }) => {
      place = await writeNotebook(workspace, lines)
    },
  })
  return { outcomes, place }
}

/** The text of a page without its tags. */
const textOf = (html: string | undefined) =>
  String(html)
    .replace(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
const heading = (html: string | undefined) => /<h1>(.*?)<\/h1>/.exec(String(html))?.[1]
const one = (more: StageText = {}, files: Record<string, string> = {}) =>
  new Pipeline({ a: { cmd: 'echo hello from a; echo 1 > a.txt', outs: ['a.txt'], ...more } }, files)

describe('a notebook', () => {
  it.each([
    ['that of its package', '{"name": "churn <2>"}', 'churn &lt;2&gt;'],
    ['that of its folder, where a package has no name', '{"type": "module"}', undefined],
    ['that of its folder, where the name is none', '{"name": 5}', undefined],
    ['that of its folder, where the package is no JSON', '{', undefined],
    ['that of its folder, where it is no map', 'null', undefined],
  ])('has the name of its project: %s', async (_, text, name) => {
    const it = one({}, { 'package.json': text })
    expect((await told(it)).place).toEqual({ path: PAGE })
    expect(heading(it.read(PAGE))).toBe(name ?? it.root.slice(it.root.lastIndexOf('/') + 1))
  })

  it('shows what a stage said, and why it ran', async () => {
    const it = one()
    await told(it)
    const text = textOf(it.read(PAGE))
    expect(text).toContain('1 of 1 stages ran.')
    expect(text).toContain('no run of it is recorded')
    expect(text).toContain('hello from a')
  })

  it('is left alone by a run that had nothing to do, and made again where it is gone', async () => {
    const it = one()
    await told(it)
    const first = it.read(PAGE)
    expect(await told(it)).toEqual({ outcomes: ['a cached'], place: undefined })
    expect(it.read(PAGE)).toBe(first)
    it.remove(PAGE)
    expect((await told(it)).place).toEqual({ path: PAGE })
    const text = textOf(it.read(PAGE))
    expect(text).toContain('Nothing had to run.')
    // What the stage wrote when it ran is remembered.
    expect(text).toContain('hello from a')
  })

  it('tells a failure with its problem and its log, and what was not part of the run', async () => {
    const it = new Pipeline({
      a: { cmd: 'echo 1 > a', outs: ['a'] },
      bad: { cmd: 'echo what went wrong >&2; exit 3', deps: ['a'] },
      other: { cmd: 'echo 2 > other', outs: ['other'] },
    })
    await told(it, { selection: { until: ['bad'], from: [], only: [] } })
    const text = textOf(it.read(PAGE))
    expect(text).toContain('Failed: bad.')
    expect(text).toMatch(/STAGE_FAILED: [^.]*bad/)
    expect(text).toContain('what went wrong')
    expect(text).toContain('not part of this run')
  })

  it('shows the change of a figure since the last run with another key, also once it is memory', async () => {
    const it = one(
      { cmd: 'cp in.json m.json', deps: ['in.json'], metrics: ['m.json'], outs: [] },
      { 'in.json': '{"auc": 0.5}' },
    )
    await told(it)
    expect(it.read(PAGE)).not.toContain('class="change"')
    it.write({ 'in.json': '{"auc": 0.75}' })
    await told(it)
    expect(textOf(it.read(PAGE))).toContain('▲ +0.25')
    it.remove(PAGE)
    await told(it)
    expect(textOf(it.read(PAGE))).toContain('▲ +0.25')
  })

  it('links to the pages in an output; one whose name is not UTF-8 does no harm', async () => {
    const it = one({
      cmd: `mkdir -p d && echo 1 > 'd/a b.html' && echo 1 > "$(printf 'd/\\377.html')" && echo 1 > d/c.txt`,
      outs: ['d'],
    })
    const { outcomes, place } = await told(it)
    expect({ outcomes, place }).toEqual({ outcomes: ['a ran'], place: { path: PAGE } })
    const links = [...String(it.read(PAGE)).matchAll(/href="(\.\.[^"]*)"/g)].map(([, href]) => href)
    expect(links).toEqual(['../d/a%20b.html'])
  })

  it('is written though what was remembered of earlier runs is lost or rubbish', async () => {
    const it = one()
    await told(it)
    const { memo, runCache } = layoutOf(it.root)
    it.write(
      Object.fromEntries(readdirSync(memo).map((name) => [join('.weir/memo', name), 'rubbish'])),
    )
    rmSync(runCache, { recursive: true })
    it.remove(PAGE)
    expect(await told(it)).toEqual({ outcomes: ['a cached'], place: { path: PAGE } })
    expect(textOf(readFileSync(join(it.root, PAGE), 'utf8'))).toContain('Nothing had to run.')
  })
})
