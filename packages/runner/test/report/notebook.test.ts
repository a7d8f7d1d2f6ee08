// The notebook of a run: what its head says, what its cells hold, and that a bad chart does not cost the page.
import { describe, expect, it } from 'vitest'
import { cellSection, flatParams } from '../../src/report/cell-section.ts'
import type { Block } from '../../src/report/document.ts'
import { notebookDocument, renderNotebook } from '../../src/report/notebook.ts'
import { isNotebookPage } from '../../src/report/notebook-page.ts'
import { renderReport } from '../../src/report/page.ts'
import type { NotebookRun, StageRecord } from '../../src/report/record.ts'

const FROM = 'pages/index.html'

function stage(name: string, about: Partial<StageRecord> = {}): StageRecord {
  return {
    name,
    title: '',
    prose: '',
    outcome: 'cached',
    reasons: [],
    params: {},
    metrics: {},
    shown: [],
    log: '',
    seconds: null,
    outs: [],
    deps: [],
    ...about,
  }
}

function run(stages: readonly StageRecord[], about: Partial<NotebookRun> = {}): NotebookRun {
  return {
    project: 'churn',
    startedAt: '2024-03-01T12:00:00.123Z',
    finishedAt: '2024-03-01T12:01:07.123Z',
    ok: true,
    command: 'weir run',
    stages,
    edges: stages.slice(1).map(({ name }, index) => [stages[index]!.name, name]),
    ...about,
  }
}

const kinds = (blocks: readonly Block[]) => blocks.map((block) => block.kind)

describe('notebookDocument', () => {
  it('says in its head what happened, when and how long it took', () => {
    const stages = [
      stage('a', { outcome: 'ran' }),
      stage('b'),
      stage('c'),
      stage('d', { outcome: 'skipped' }),
    ]
    const { title, lead, facts, sections } = notebookDocument(run(stages), FROM)
    expect(title).toBe('churn')
    expect(lead).toBe('1 of 4 stages ran.')
    expect(facts).toEqual({
      outcome: 'succeeded',
      stages: '1 ran, 2 cached, 1 skipped',
      'total time': '1 min 07 s',
      started: '2024-03-01 12:00:00 UTC',
      command: 'weir run',
    })
    expect(sections.map(({ id }) => id)).toEqual([
      'pipeline',
      'stage-a',
      'stage-b',
      'stage-c',
      'stage-d',
    ])
  })

  it.each([
    [[stage('a', { outcome: 'failed' }), stage('b')], false, 'Failed: a.'],
    [
      [...'abcdefg'].map((name) => stage(name, { outcome: 'failed' })),
      false,
      'Failed: a, b, c, d, e and 2 more.',
    ],
    [[stage('a')], true, 'Nothing had to run.'],
    [[stage('a')], false, 'The run did not finish.'],
  ])('leads with the outcome (%#)', (stages, ok, lead) => {
    expect(notebookDocument(run(stages, { ok }), FROM).lead).toBe(lead)
  })

  it('draws the DAG with links to the cells that exist', async () => {
    const html = await renderNotebook(run([stage('train@x=1', { outcome: 'ran' }), stage('b')]), {
      from: FROM,
    })
    const ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id))
    const links = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)
    expect(links.length).toBeGreaterThan(4)
    for (const link of links) expect(ids).toContain(link)
  })

  it('tells stages with one title apart', () => {
    const stages = [
      stage('a', { title: 'T' }),
      stage('b', { title: 'T' }),
      stage('c', { title: 'U' }),
    ]
    const titles = notebookDocument(run(stages), FROM).sections.map(({ title }) => title)
    expect(titles).toEqual(['Pipeline', 'T (a)', 'T (b)', 'U'])
  })
})

describe('renderNotebook', () => {
  it('leads from where it stands to the files that its texts name', async () => {
    const cells = [stage('a', { prose: 'See [data](docs/data.md).' })]
    const html = await renderNotebook(run(cells), { from: FROM })
    expect(html).toContain('See <a href="../docs/data.md">data</a>.')
    const deep = await renderNotebook(run(cells), { from: 'a/b/index.html' })
    expect(deep).toContain('See <a href="../../docs/data.md">data</a>.')
  })
})

describe('cellSection', () => {
  const full = stage('train', {
    title: 'Train',
    prose: 'What it *does*.',
    outcome: 'ran',
    error: 'COLUMN_MISSING: no age',
    reasons: ['param train.rate: 0.01 → 0.02'],
    params: { seed: 7, train: { rate: 0.02, hidden: [32, 16], empty: {} } },
    metrics: { auc: 0.83 },
    previousMetrics: { auc: 0.82 },
    shown: [{ kind: 'markdown', text: 'shown' }],
    code: { language: 'ts', text: 'export default 1', path: 'stages/train.ts' },
    log: 'epoch 1\n',
    seconds: 3.21,
    outs: ['artifacts/candidate', 'reports/evaluation.html'],
    deps: ['artifacts/features'],
    pages: ['reports/drift/a b.html', 'artifacts/x.html'],
  })

  it('holds everything in the order in which one reads it', () => {
    const { title, subtitle, state, blocks } = cellSection(full, 'reports/index.html')
    expect({ title, subtitle, state }).toEqual({
      title: 'Train',
      subtitle: 'train · 3.2 s',
      state: 'ran',
    })
    expect(kinds(blocks)).toEqual([
      'error',
      'markdown',
      'list',
      'facts',
      'metrics',
      'markdown',
      'links',
      'fold',
      'fold',
      'fold',
    ])
    expect(blocks[2]).toEqual({ kind: 'list', title: 'Why it ran', items: full.reasons })
    expect(blocks[4]).toEqual({ kind: 'metrics', values: { auc: 0.83 }, previous: { auc: 0.82 } })
  })

  it.each([
    'skipped',
    'failed',
  ] as const)('never shows figures of an earlier run as those of a stage that %s', (outcome) => {
    const { subtitle, blocks } = cellSection({ ...full, outcome }, FROM)
    expect(subtitle).toBe('train')
    expect(kinds(blocks)).toEqual([
      'error',
      'markdown',
      'list',
      'facts',
      ...['fold', 'fold', 'fold', 'fold'],
    ])
    const earlier = blocks.find((block) => block.kind === 'fold')
    expect(earlier?.summary).toBe('What an earlier run found; not of this run')
    expect(kinds(earlier?.blocks ?? [])).toEqual(['metrics', 'markdown', 'links'])
    const none = { ...full, outcome, metrics: {}, shown: [], outs: [], pages: [] }
    const summaries = cellSection(none, FROM).blocks.map(
      (block) => 'summary' in block && block.summary,
    )
    expect(summaries).not.toContain(earlier?.summary)
  })

  it('links to its pages from where the notebook stands', () => {
    const links = cellSection(full, 'reports/index.html').blocks.find(
      (block) => block.kind === 'links',
    )
    expect(links?.links).toEqual([
      { text: 'reports/evaluation.html', href: 'evaluation.html' },
      { text: 'reports/drift/a b.html', href: 'drift/a%20b.html' },
      { text: 'artifacts/x.html', href: '../artifacts/x.html' },
    ])
  })

  it('is short for a stage that has nothing to say', () => {
    const { title, subtitle, blocks } = cellSection(stage('quiet'), 'reports/index.html')
    expect({ title, subtitle, blocks }).toEqual({ title: 'quiet', subtitle: 'quiet', blocks: [] })
  })

  it('folds many params away', () => {
    const params = Object.fromEntries(Array.from({ length: 13 }, (_, n) => [`p${n}`, n]))
    expect(kinds(cellSection(stage('a', { params }), 'x.html').blocks)).toEqual(['fold'])
  })

  it('flattens params to the names that -S takes', () => {
    expect(flatParams(full.params)).toEqual([
      ['seed', '7'],
      ['train.rate', '0.02'],
      ['train.hidden', '[32,16]'],
      ['train.empty', '{}'],
    ])
  })
})

describe('isNotebookPage', () => {
  it('tells a notebook, also of a thousand stages, from a report of a stage and from other pages', async () => {
    const stages = Array.from({ length: 1000 }, (_, n) => stage(`s${n}`))
    const pages = [
      await renderNotebook(run([stage('a')]), { from: FROM }),
      await renderNotebook(run(stages), { from: FROM }),
    ]
    expect(pages.map((page) => isNotebookPage(page.slice(0, 64 * 1024)))).toEqual([true, true])
    const others = [
      await renderReport({ title: 'total time', sections: [] }),
      '<!doctype html>',
      '',
    ]
    expect(others.map(isNotebookPage)).toEqual([false, false, false])
  })
})

describe('renderNotebook', () => {
  const spec = {
    data: { values: [{ x: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'x', type: 'quantitative' } },
  }
  const chart = (of: object): Block => ({ kind: 'chart', title: 'C', alt: 'c', spec: { ...of } })

  it('shows why a chart cannot be drawn and draws the others', async () => {
    const shown = [chart({ mark: 'nonsense' }), chart(spec)]
    const html = await renderNotebook(run([stage('a', { shown })]), { from: FROM })
    expect(html).toContain('a chart could not be drawn')
    expect(html.match(/role="img"/g)).toHaveLength(1)
  })

  it('of 12 stages draws each chart once, and holds no more of a log than is shown', async () => {
    const stages = Array.from({ length: 12 }, (_, n) =>
      stage(`s${n}`, { shown: [chart(spec)], log: 'line\n'.repeat(5000), metrics: { auc: n } }),
    )
    let drawn = 0
    const draw = async (): Promise<string> => `<svg>${++drawn}</svg>`
    const html = await renderNotebook(run(stages), { from: FROM, draw })
    expect(drawn).toBe(12)
    expect(html.match(/^line$/gm)?.length).toBeLessThanOrEqual(12 * 200)
    expect(html.length).toBeLessThan(200_000)
  })
})
