// A report as one self-contained HTML text: it opens offline, on a phone, in dark mode and on paper.
import { createHash } from 'node:crypto'
import type { Drawing, RenderOptions } from './block.ts'
import { blocksHtml, factsHtml, startDrawing } from './block.ts'
import type { ReportDocument, ReportSection } from './document.ts'
import { anchor, escapeHtml } from './escape.ts'
import { PAGE_SCRIPT } from './script.ts'
import { stateClass, stateText } from './state.ts'
import { pageStyle } from './style.ts'

export type { RenderOptions } from './block.ts'
export type { Block, ReportDocument, ReportLink, ReportSection } from './document.ts'

/** Contents are listed from this many sections on. */
const FEWEST_LISTED = 3

function badge(state: string | undefined): string {
  if (state === undefined) return ''
  return `<span class="badge ${stateClass(state)}">${escapeHtml(stateText(state))}</span>`
}

function contentsHtml(sections: readonly ReportSection[]): string {
  if (sections.length < FEWEST_LISTED) return ''
  const items = sections.map(({ id, title, state }) => {
    const mark =
      state === undefined ? '' : `<i class="${stateClass(state)}" aria-hidden="true"></i>`
    const spoken = state === undefined ? '' : `<span class="spoken">, ${escapeHtml(state)}</span>`
    return `<li><a href="#${anchor(id)}">${mark}${escapeHtml(title)}${spoken}</a></li>`
  })
  return `<nav aria-label="Contents"><h2>Contents</h2><ol>${items.join('')}</ol></nav>`
}

async function sectionHtml(section: ReportSection, drawing: Drawing): Promise<string> {
  const { id, title, subtitle, state, blocks } = section
  const name = anchor(id)
  const below = subtitle === undefined ? '' : `<p class="subtitle">${escapeHtml(subtitle)}</p>`
  const body = await blocksHtml(blocks, drawing)
  return `<section id="${name}" aria-labelledby="${name}-title"><header><h2 id="${name}-title"><a href="#${name}">${escapeHtml(title)}</a></h2>${badge(state)}${below}</header>
${body}</section>`
}

/** Forbids the page everything but its own style and its own script: a second wall behind escaping. */
function policy(): string {
  const hash = createHash('sha256').update(PAGE_SCRIPT).digest('base64')
  return `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
}

function headHtml(title: string): string {
  return `<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${pageStyle()}</style>
</head>`
}

/**
 * A report as one HTML text: no script is needed to read it, nothing is loaded, equal documents give
 * equal bytes, and its size is bounded (tables, logs and charts are cut or refused, see their files).
 * @throws StageError CHART_INVALID, CHART_TOO_LARGE or CHART_DATA_URL for a chart that cannot be drawn,
 *   unless `onChartError` is `show`
 */
export async function renderReport(
  document: ReportDocument,
  options: RenderOptions = {},
): Promise<string> {
  const { title, lead, facts, sections } = document
  const drawing = startDrawing(options)
  const drawn: string[] = []
  for (const section of sections) drawn.push(await sectionHtml(section, drawing))
  const leadHtml = lead === undefined ? '' : `<p class="lead">${escapeHtml(lead)}</p>`
  const contents = contentsHtml(sections)
  return `<!doctype html>
<html lang="en">
${headHtml(title)}
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="page${contents === '' ? ' short' : ''}">
<header class="top"><h1>${escapeHtml(title)}</h1>${leadHtml}${facts === undefined ? '' : factsHtml(facts)}</header>
${contents}
<main id="content">
${drawn.join('\n')}
</main>
</div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`
}
