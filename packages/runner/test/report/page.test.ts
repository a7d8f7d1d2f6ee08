// A whole page: nothing in it comes from outside, nothing foreign becomes markup, equal input gives equal bytes.
import { createHash } from 'node:crypto'
import { build } from 'esbuild'
import { describe, expect, it, vi } from 'vitest'
import type { Block, ReportDocument } from '../../src/report/document.ts'
import { renderReport } from '../../src/report/page.ts'

const EVIL = `"'><img src=x onerror=alert(1)></title></style></script><script>alert(1)</script><!--`

function chart(text: string): Block {
  const spec = {
    data: { values: [{ [text]: text, n: 1 }] },
    mark: 'bar',
    encoding: { x: { field: 'n', type: 'quantitative', title: text } },
  }
  return { kind: 'chart', title: text, alt: text, spec }
}

/** A document of every kind of block, with one text in every place that takes one. */
function everything(text: string): ReportDocument {
  const blocks: Block[] = [
    { kind: 'markdown', text: `# ${text}\n\n${text}\n\n- ${text}\n\n[${text}](${text})` },
    {
      kind: 'table',
      view: {
        caption: text,
        columns: [text, 'n'],
        rows: [
          [text, 1],
          [null, 2],
        ],
      },
    },
    chart(text),
    { kind: 'metrics', values: { [text]: text, n: 2 }, previous: { [text]: 'x', n: 1 } },
    { kind: 'code', language: text, text },
    { kind: 'log', text },
    { kind: 'error', text },
    { kind: 'facts', values: { [text]: text } },
    { kind: 'list', title: text, items: [text] },
    {
      kind: 'links',
      links: [
        { text, href: text },
        { text, href: 'javascript:alert(1)' },
      ],
    },
    {
      kind: 'graph',
      alt: text,
      picture: { nodes: [{ name: text, state: text, href: text, note: text }], edges: [] },
    },
  ]
  return {
    title: text,
    lead: text,
    facts: { [text]: text },
    sections: [
      { id: text, title: text, subtitle: text, state: text, blocks },
      { id: 'b', title: 'b', blocks: [{ kind: 'fold', summary: text, blocks }] },
      { id: 'c', title: 'c', blocks: [] },
    ],
  }
}

describe('renderReport', () => {
  it('lets no foreign text become markup, whatever the block', async () => {
    const html = await renderReport(everything(EVIL))
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html.match(/<style/g)).toHaveLength(1)
    expect(html).not.toMatch(/<img|<!--|href="javascript/i)
    // Every attribute is quoted and closed, so an onerror can only stand inside a value.
    const bare = html.replace(/<(script|style)>.*?<\/\1>/gs, '').replace(/="[^"]*"/g, '')
    expect(bare.match(/<[^>]*onerror[^>]*>/)).toBeNull()
  })

  it('loads nothing: no address in a place that a browser would fetch', async () => {
    const html = await renderReport(everything('plain'))
    expect(html).not.toMatch(/\s(?:src|srcset|xlink:href|poster|data)=|@import|url\((?!#)/)
    for (const [, href] of html.matchAll(/<(?!a )[a-z]+[^>]*\shref="([^"]*)"/g)) {
      expect(href).toBeUndefined()
    }
  })

  it('permits exactly its own script by its hash', async () => {
    const html = await renderReport(everything('plain'))
    const script = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(script).digest('base64')
    expect(script).not.toBe('')
    expect(html).toContain(`script-src 'sha256-${hash}'`)
    expect(html).toContain("default-src 'none'")
  })

  it('gives equal bytes for equal documents and ids that are unique', async () => {
    const html = await renderReport(everything('plain'))
    expect(await renderReport(everything('plain'))).toBe(html)
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('lists the sections from three on, with their states', async () => {
    const section = (id: string) => ({ id, title: id.toUpperCase(), state: 'ran', blocks: [] })
    const three = await renderReport({ title: 't', sections: ['a', 'b', 'c'].map(section) })
    expect(three).toContain(
      '<li><a href="#a"><i class="is-ran" aria-hidden="true"></i>A<span class="spoken">, ran</span></a></li>',
    )
    expect(three).toContain('<span class="badge is-ran">● ran</span>')
    const two = await renderReport({ title: 't', sections: ['a', 'b'].map(section) })
    expect(two).not.toContain('<nav')
  })

  it('puts neighbouring charts into one grid and their numbers beneath', async () => {
    const blocks = [chart('a'), chart('b'), { kind: 'markdown', text: 'x' } as const, chart('c')]
    const html = await renderReport({ title: 't', sections: [{ id: 'a', title: 'a', blocks }] })
    expect(html.match(/<div class="figures">/g)).toHaveLength(2)
    expect(html.match(/<details class="numbers">/g)).toHaveLength(3)
    expect(html.match(/role="img" aria-label="a"/g)).toHaveLength(1)
  })

  it('loads the parser of Markdown for the first text that needs it', async () => {
    const loaded = vi.fn()
    vi.resetModules()
    vi.doMock('markdown-it', async (original) => {
      loaded()
      return original()
    })
    const { renderReport: render } = await import('../../src/report/page.ts')
    const page = (block: Block) =>
      render({ title: 't', sections: [{ id: 'a', title: 'a', blocks: [block] }] })
    await page({ kind: 'log', text: 'no *Markdown*' })
    expect(loaded).not.toHaveBeenCalled()
    expect(await page({ kind: 'markdown', text: 'some *Markdown*' })).toContain('<em>Markdown</em>')
    expect(loaded).toHaveBeenCalledOnce()
    vi.doUnmock('markdown-it')
  })

  it('throws for a chart that cannot be drawn, or shows why', async () => {
    const bad = { kind: 'chart', title: 'Bad', alt: '', spec: { mark: 'nonsense' } } as const
    const document = { title: 't', sections: [{ id: 'a', title: 'a', blocks: [bad] }] }
    await expect(renderReport(document)).rejects.toMatchObject({ code: 'CHART_INVALID' })
    const html = await renderReport(document, { onChartError: 'show' })
    expect(html).toMatch(/<figcaption>Bad<\/figcaption><p class="error">a chart could not be drawn/)
  })

  it('asks the caller to draw, where there is one', async () => {
    const drawn: unknown[] = []
    const draw = async (spec: unknown) => {
      drawn.push(spec)
      return '<svg width="10" height="5" viewBox="0 0 10 5"></svg>'
    }
    const document = { title: 't', sections: [{ id: 'a', title: 'a', blocks: [chart('x')] }] }
    expect(await renderReport(document, { draw })).toContain(
      '<svg style="max-width:13px" viewBox="0 0 10 5" role="img"',
    )
    expect(drawn).toHaveLength(1)
  })

  it('does not grow with the data', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, n) => [n, `row ${n}`])
    const page = (count: number) =>
      renderReport({
        title: 't',
        sections: [
          {
            id: 'a',
            title: 'a',
            blocks: [
              { kind: 'table', view: { columns: ['n', 'text'], rows: rows(count) } },
              { kind: 'log', text: 'line\n'.repeat(count) },
              { kind: 'code', language: 'ts', text: 'x()\n'.repeat(count) },
              { kind: 'markdown', text: 'word '.repeat(count) },
              { kind: 'list', title: 'Why', items: rows(count).map(String) },
            ],
          },
        ],
      })
    const [large, huge] = [await page(20_000), await page(200_000)]
    expect(huge.length - large.length).toBeLessThan(20)
    expect(huge).toContain('Shown: the first 200 of 200000 rows.')
  })
})

describe('a cell that writes no report', () => {
  it('does not depend on the report: bundled, nothing of it is left', async () => {
    const contents = `import { defineStage, StageError } from './packages/runner/src/door/cells.ts'
      export default defineStage({ title: 'x', params: {}, run() { throw new StageError('A', 'b') } })`
    const { metafile } = await build({
      stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      treeShaking: true,
      outfile: 'cell.js',
    })
    const output = Object.values(metafile.outputs)[0]
    const used = Object.entries(output?.inputs ?? {}).filter(
      ([, { bytesInOutput }]) => bytesInOutput > 0,
    )
    expect(used.map(([path]) => path).sort()).toEqual([
      '<stdin>',
      'packages/runner/src/door/cells.ts',
      'packages/runner/src/execute/stage-definition.ts',
    ])
    expect(output?.imports.filter(({ path }) => !/^@weir\/base(\/|$)/.test(path))).toEqual([])
  })
})
