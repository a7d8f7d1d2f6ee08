// A small safe part of Markdown: headings, paragraphs, lists, quotes, tables, fenced code, and inline marks.
import { clip, escapeHtml } from './escape.ts'
import { inlineHtml } from './markdown-inline.ts'
import { tableHtml } from './table.ts'

const LONGEST_TEXT = 40_000
/** Lists and quotes nested deeper than this are read as one paragraph. */
const DEEPEST = 8
const FENCE = /^\s*(```|~~~)/
const HEADING = /^\s{0,3}(#{1,6})\s+(.*)$/
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/
const QUOTE = /^\s{0,3}>\s?/
const TABLE_RULE = /^[\s|:-]+$/

/** What a block reader gives back: its HTML and the index of the first line after it. */
type Read = readonly [html: string, next: number]

function readFence(lines: readonly string[], at: number): Read {
  const mark = (lines[at] ?? '').trim().slice(0, 3)
  let end = at + 1
  while (end < lines.length && !(lines[end] ?? '').trim().startsWith(mark)) end++
  const code = lines.slice(at + 1, end).join('\n')
  return [`<pre class="code"><code>${escapeHtml(code)}</code></pre>`, end + 1]
}

/** A section's title is an h2, so a text's first level of heading is an h3. */
function readHeading(line: string, at: number): Read {
  const [, marks = '#', text = ''] = HEADING.exec(line) ?? []
  const level = Math.min(6, marks.length + 2)
  return [`<h${level}>${inlineHtml(text.trimEnd())}</h${level}>`, at + 1]
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** Reads the items at one depth; an item's deeper lines are read as blocks of their own. */
function readList(lines: readonly string[], at: number, depth: number): Read {
  const [, space = '', mark = '-'] = ITEM.exec(lines[at] ?? '') ?? []
  const tag = /\d/.test(mark) ? 'ol' : 'ul'
  const items: string[] = []
  let next = at
  while (next < lines.length) {
    const item = ITEM.exec(lines[next] ?? '')
    if (item === null || indentOf(lines[next] ?? '') < space.length) break
    const inner: string[] = []
    next++
    while (next < lines.length && continuesItem(lines, next, space.length)) {
      inner.push((lines[next] ?? '').trimEnd())
      next++
    }
    items.push(`<li>${itemHtml(item[3] ?? '', inner, depth)}</li>`)
  }
  return [`<${tag}>${items.join('')}</${tag}>`, next]
}

function continuesItem(lines: readonly string[], at: number, depth: number): boolean {
  const line = lines[at] ?? ''
  if (line.trim() === '') return indentOf(lines[at + 1] ?? '') > depth
  return indentOf(line) > depth
}

function itemHtml(first: string, inner: readonly string[], depth: number): string {
  const breakAt = inner.findIndex((line) => line.trim() === '' || ITEM.test(line))
  const text = breakAt === -1 ? inner : inner.slice(0, breakAt)
  const rest = breakAt === -1 ? [] : inner.slice(breakAt)
  const lead = inlineHtml([first, ...text.map((line) => line.trim())].join(' '))
  const indents = rest.filter((line) => line.trim() !== '').map(indentOf)
  const indent = indents.reduce((least, one) => Math.min(least, one), Number.MAX_SAFE_INTEGER)
  return (
    lead +
    blocksHtml(
      rest.map((line) => line.slice(indent)),
      depth + 1,
    )
  )
}

function readQuote(lines: readonly string[], at: number, depth: number): Read {
  let end = at
  while (end < lines.length && QUOTE.test(lines[end] ?? '')) end++
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ''))
  return [`<blockquote>${blocksHtml(inner, depth + 1)}</blockquote>`, end]
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '')
  return inner.split('|').map((cell) => cell.trim())
}

function startsTable(lines: readonly string[], at: number): boolean {
  const rule = lines[at + 1] ?? ''
  return (lines[at] ?? '').includes('|') && rule.includes('-') && TABLE_RULE.test(rule)
}

function readTable(lines: readonly string[], at: number): Read {
  let end = at + 2
  while (end < lines.length && (lines[end] ?? '').includes('|')) end++
  const rows = lines.slice(at + 2, end).map(cellsOf)
  return [tableHtml({ columns: cellsOf(lines[at] ?? ''), rows }), end]
}

function readParagraph(lines: readonly string[], at: number): Read {
  let end = at + 1
  while (end < lines.length && (lines[end] ?? '').trim() !== '' && !startsBlock(lines, end)) end++
  const text = lines.slice(at, end).map((line) => line.trim())
  return [`<p>${inlineHtml(text.join(' '))}</p>`, end]
}

function startsBlock(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  return [FENCE, HEADING, ITEM, QUOTE].some((start) => start.test(line)) || startsTable(lines, at)
}

function readBlock(lines: readonly string[], at: number, depth: number): Read {
  const line = lines[at] ?? ''
  if (FENCE.test(line)) return readFence(lines, at)
  if (HEADING.test(line)) return readHeading(line, at)
  if (ITEM.test(line)) return readList(lines, at, depth)
  if (QUOTE.test(line)) return readQuote(lines, at, depth)
  if (startsTable(lines, at)) return readTable(lines, at)
  return readParagraph(lines, at)
}

function blocksHtml(lines: readonly string[], depth: number): string {
  if (depth > DEEPEST) return `<p>${inlineHtml(lines.join(' '))}</p>`
  const html: string[] = []
  let at = 0
  while (at < lines.length) {
    if ((lines[at] ?? '').trim() === '') at++
    else {
      const [block, next] = readBlock(lines, at, depth)
      html.push(block)
      at = next
    }
  }
  return html.join('\n')
}

/**
 * Markdown as HTML. Raw HTML stays text; links go to http(s) only; texts beyond 40,000 characters are cut.
 * Known: # headings, paragraphs, nested lists, > quotes, | tables |, fenced code, `code`, **strong**, *em*, [links](…).
 */
export function markdownHtml(text: string): string {
  return blocksHtml(
    clip(text, LONGEST_TEXT).replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n'),
    0,
  )
}
