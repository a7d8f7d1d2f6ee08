// The part of Markdown that reports know, and that hostile Markdown stays harmless and quick.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { markdownHtml } from '../../src/report/markdown.ts'

describe('inline marks', () => {
  it.each([
    ['plain & <b>', '<p>plain &amp; &lt;b&gt;</p>'],
    ['a **b *c* d** e', '<p>a <strong>b <em>c</em> d</strong> e</p>'],
    ['_em_ but snake_case_name', '<p><em>em</em> but snake_case_name</p>'],
    ['2 * 3 * 4', '<p>2 * 3 * 4</p>'],
    ['`a <b> **c**`', '<p><code>a &lt;b&gt; **c**</code></p>'],
    [
      '[t](https://x.y/z?a=1&b=2)',
      '<p><a href="https://x.y/z?a=1&amp;b=2" rel="noopener noreferrer">t</a></p>',
    ],
    [
      'see https://x.y/z.',
      '<p>see <a href="https://x.y/z" rel="noopener noreferrer">https://x.y/z</a>.</p>',
    ],
    [
      '[https://a.b](https://c.d)',
      '<p><a href="https://c.d" rel="noopener noreferrer">https://a.b</a></p>',
    ],
    ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
    ['[x](JaVaScRiPt:alert)', '<p>[x](JaVaScRiPt:alert)</p>'],
    ['[x](&#106;avascript:alert)', '<p>[x](javascript:alert)</p>'],
    ['[x](data:text/html,1)', '<p>[x](data:text/html,1)</p>'],
    ['[x](file:///etc/passwd)', '<p>[x](file:///etc/passwd)</p>'],
    ['[x](//host/y)', '<p>[x](//host/y)</p>'],
    ['train.ts, a@b.cd and www.x.y', '<p>train.ts, a@b.cd and www.x.y</p>'],
    ['![a *b*](p.png)', '<p><a href="p.png">a *b*</a></p>'],
    ['[![a](p.png)](https://x.y)', '<p><a href="https://x.y" rel="noopener noreferrer">a</a></p>'],
    ['~~a~~', '<p><s>a</s></p>'],
  ])('%s', (text, html) => expect(markdownHtml(text)).toBe(html))
})

describe('blocks', () => {
  it('begins headings below the section title', () => {
    expect(markdownHtml('# A\n###### B\n#no')).toBe('<h3>A</h3>\n<h6>B</h6>\n<p>#no</p>')
  })

  it('joins lines to paragraphs and splits at blank lines', () => {
    expect(markdownHtml('a\nb\n\n\nc\r\nd')).toBe('<p>a\nb</p>\n<p>c\nd</p>')
  })

  it('nests lists and continues items', () => {
    expect(plain(markdownHtml('- a\n  more\n  - b\n    1. c\n- d'))).toBe(
      '<ul><li>a more<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>',
    )
  })

  it('keeps code as it is, also without a closing fence', () => {
    const html = '<pre class="code"><code># x\n&lt;y&gt;  **z**</code></pre>'
    expect(markdownHtml('```ts\n# x\n<y>  **z**\n```')).toBe(html)
    expect(markdownHtml('~~~\n# x\n<y>  **z**')).toBe(html)
  })

  it('reads quotes and tables', () => {
    expect(plain(markdownHtml('> a\n> b'))).toBe('<blockquote><p>a b</p></blockquote>')
    const table = markdownHtml('| a | b |\n|---|--:|\n| 1 | <x> |\n\nafter')
    expect(table).toContain('aria-label="Table: a, b"><table>')
    expect(plain(table)).toContain('<th scope="col">a</th><th scope="col" class="num">b</th>')
    expect(plain(table)).toContain('<td>1</td><td class="num">&lt;x&gt;</td>')
    expect(table).toMatch(/<p>after<\/p>$/)
  })
})

describe('links to files of the project', () => {
  const of = (text: string, from?: string) => /href="([^"]*)"/.exec(markdownHtml(text, from))?.[1]

  it.each([
    ['[a](docs/data.md)', 'reports/index.html', '../docs/data.md'],
    ['[a](docs/data.md#features)', 'reports/index.html', '../docs/data.md#features'],
    ['[a](a%20b.html?x=1)', '.weir/notebook.html', '../a%20b.html?x=1'],
    ['[a](<a b.html>)', 'reports/deep/index.html', '../../a%20b.html'],
    ['[a](README.md)', 'index.html', 'README.md'],
    ['![a](reports/p.png)', 'reports/index.html', '../reports/p.png'],
    ['[a](#stage-train)', 'reports/index.html', '#stage-train'],
    ['[a](https://x.y/z)', 'reports/index.html', 'https://x.y/z'],
    ['[a](beside.html)', undefined, 'beside.html'],
  ])('%s on %s leads to %s', (text, from, href) => expect(of(text, from)).toBe(href))
})

/** Without the line feeds that mean nothing: those between tags go, others are blanks. */
const plain = (html: string) => html.replace(/>\n+/g, '>').replace(/\n+</g, '<').replace(/\n/g, ' ')

describe('hostile text', () => {
  const pieces = [
    '<script>',
    '"',
    "'",
    '`',
    '**',
    '*',
    '_',
    '[',
    '](',
    ')',
    'http://',
    'javascript:',
    '![',
    '~~',
    '#',
    '- ',
    '> ',
    '|',
    '\n',
    '  ',
    '---',
    'a',
    '&',
  ]

  it('never makes a tag or an attribute that Markdown does not know', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
        const html = markdownHtml(parts.join(''))
        const known = html
          .replace(/<a href="https?:\/\/[^"<>]*" rel="noopener noreferrer">/g, '')
          .replace(/<a href="(?![a-z]+:|\/\/)[^"<>]*">/gi, '')
          .replace(
            /<div class="table" role="region" tabindex="0" aria-label="[^"<>]*">|<(?:th scope="col"(?: class="num")?|td class="num"|pre class="code"|p class="cut"|span class="none")>/g,
            '',
          )
          .replace(
            /<\/?(?:p|h[3-6]|ul|ol|li|blockquote|em|strong|s|code|pre|a|table|thead|tbody|tr|th|td|div|span|hr|br)>/g,
            '',
          )
        expect(known).not.toMatch(/[<>]/)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '*',
    '_',
    '`',
    '[',
    '](',
    '**a ',
    '# ',
    '> ',
    '- ',
    '|',
    '|-',
    '-',
    ' ',
    'http://',
    '1. ',
    '![',
    '~~',
    '&',
    '<',
    '\\',
  ])('takes linear time for 40,000 characters of %j', (piece) => {
    const begin = performance.now()
    markdownHtml(piece.repeat(40_000 / piece.length))
    expect(performance.now() - begin).toBeLessThan(2000)
  })

  it('cuts a text that is too long', () => {
    expect(markdownHtml('x'.repeat(100_000)).length).toBeLessThan(41_000)
  })
})
