// Draws the blocks of a section as HTML, one after another.

import { drawChart } from './chart.ts'
import { chartTables } from './chart-data.ts'
import type { Block, ReportLink } from './document.ts'
import { clip, escapeHtml, safeHref } from './escape.ts'
import { metricsHtml } from './figures.ts'
import { dagSvg } from './graph-svg.ts'
import { readableLog } from './log-block.ts'
import type { ChartSpec } from './show.ts'
import { embedSvg, svgWidth } from './svg.ts'
import { tableHtml } from './table-html.ts'

const LONGEST_CODE = 60_000
const MOST_ITEMS = 50
/** Wider charts take a whole row. */
const HALF_ROW = 460

type ChartBlock = Extract<Block, { kind: 'chart' }>

/** How a page is being drawn: who draws charts, what happens to a bad one, and how many there were. */
export interface Drawing {
  readonly draw: (spec: ChartSpec) => Promise<string>
  readonly onChartError: 'throw' | 'show'
  readonly from: string | undefined
  charts: number
}

/** How charts are drawn for a report. */
export interface RenderOptions {
  /** Draws one chart as SVG; the default is `drawChart`, a caller may put a cache before it. */
  readonly draw?: (spec: ChartSpec) => Promise<string>
  /** A chart that cannot be drawn ends the report (`throw`, the default) or stands in it as a message (`show`). */
  readonly onChartError?: 'throw' | 'show'
  /** Where the page will stand in the project: relative links of its texts name files of the project then. */
  readonly from?: string
}

/** A drawing of a new page. */
export function startDrawing(options: RenderOptions): Drawing {
  const { draw = drawChart, onChartError = 'throw', from } = options
  return { draw, onChartError, from, charts: 0 }
}

function chartNumbers(spec: ChartSpec): string {
  const tables = chartTables(spec)
  if (tables.length === 0) return ''
  return `<details class="numbers"><summary>Numbers</summary>${tables.map(tableHtml).join('\n')}</details>`
}

async function chartHtml(block: ChartBlock, drawing: Drawing): Promise<string> {
  const { spec, title, alt } = block
  const svg = await drawing.draw(spec)
  drawing.charts++
  const picture = embedSvg(svg, `chart${drawing.charts}`, alt)
  const wide = svgWidth(svg) > HALF_ROW ? ' class="wide"' : ''
  return `<figure${wide}><figcaption>${escapeHtml(title)}</figcaption><div class="picture">${picture}</div>${chartNumbers(spec)}</figure>`
}

async function chartOrMessage(block: ChartBlock, drawing: Drawing): Promise<string> {
  try {
    return await chartHtml(block, drawing)
  } catch (error) {
    if (drawing.onChartError === 'throw') throw error
    const cause = error instanceof Error ? error.message : String(error)
    return `<figure><figcaption>${escapeHtml(block.title)}</figcaption><p class="error">${escapeHtml(cause)}</p></figure>`
  }
}

function linkItem({ text, href }: ReportLink): string {
  if (!safeHref(href)) return `<li>${escapeHtml(text)}</li>`
  return `<li><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></li>`
}

function listHtml(title: string, items: readonly string[]): string {
  if (items.length === 0) return ''
  const shown = items.slice(0, MOST_ITEMS).map((item) => `<li>${escapeHtml(clip(item, 1000))}</li>`)
  const left = items.length - shown.length
  const more = left > 0 ? `<li>… and ${left} more</li>` : ''
  return `<div class="list"><p>${escapeHtml(title)}</p><ul>${shown.join('')}${more}</ul></div>`
}

function codeHtml(language: string, text: string): string {
  const code = escapeHtml(clip(text, LONGEST_CODE))
  return `<pre class="code" data-language="${escapeHtml(language)}" tabindex="0"><code>${code}</code></pre>`
}

/** Name and value pairs as a description list. */
export function factsHtml(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => {
    return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(clip(value, 1000))}</dd></div>`
  })
  return `<dl class="facts">${pairs.join('')}</dl>`
}

/** The parser of Markdown is loaded by the first text that needs it. */
async function proseHtml(text: string, { from }: Drawing): Promise<string> {
  const { markdownHtml } = await import('./markdown.ts')
  return `<div class="prose">${markdownHtml(text, from)}</div>`
}

async function blockHtml(block: Block, drawing: Drawing): Promise<string> {
  switch (block.kind) {
    case 'markdown':
      return proseHtml(block.text, drawing)
    case 'table':
      return tableHtml(block.view)
    case 'chart':
      return chartOrMessage(block, drawing)
    case 'metrics':
      return metricsHtml(block.values, block.previous)
    case 'code':
      return codeHtml(block.language, block.text)
    case 'log':
      return `<pre class="log" tabindex="0">${escapeHtml(readableLog(block.text, block.path))}</pre>`
    case 'error':
      return `<pre class="error" tabindex="0">${escapeHtml(readableLog(block.text))}</pre>`
    case 'facts':
      return factsHtml(block.values)
    case 'list':
      return listHtml(block.title, block.items)
    case 'links':
      return `<ul class="links">${block.links.map(linkItem).join('')}</ul>`
    case 'graph':
      return dagSvg(block.picture, block.alt)
    case 'fold':
      return `<details class="fold"><summary>${escapeHtml(block.summary)}</summary>${await blocksHtml(block.blocks, drawing)}</details>`
  }
}

/** Blocks in order as HTML; neighbouring charts share a grid. Charts are drawn one after another. */
export async function blocksHtml(blocks: readonly Block[], drawing: Drawing): Promise<string> {
  const html: string[] = []
  let inGrid = false
  for (const block of blocks) {
    const isChart = block.kind === 'chart'
    if (isChart !== inGrid) html.push(isChart ? '<div class="figures">' : '</div>')
    inGrid = isChart
    html.push(await blockHtml(block, drawing))
  }
  if (inGrid) html.push('</div>')
  return html.join('\n')
}
