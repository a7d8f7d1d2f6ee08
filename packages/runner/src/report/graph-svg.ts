// The picture of the DAG as SVG: boxes that lead to their cells, coloured by outcome.

import { clip, escapeHtml, safeHref } from './escape.ts'
import type { DagPicture, EdgePiece, NodeBox } from './graph-drawing.ts'
import { layoutDag, nodeLabel } from './graph-drawing.ts'
import { outcomeSign } from './outcome.ts'
import { stateClass } from './state.ts'

function pieceSvg({ x1, y1, x2, y2, arrow }: EdgePiece): string {
  const end = arrow ? y2 - 5 : y2
  const middle = (y1 + end) / 2
  const line = x1 === x2 ? `V${end}` : `C${x1},${middle} ${x2},${middle} ${x2},${end}`
  const head = arrow ? `<path class="head" d="M${x2 - 4},${y2 - 7}h8l-4,6Z"/>` : ''
  return `<path d="M${x1},${y1}${line}"/>${head}`
}

function nodeSvg(box: NodeBox, node: DagPicture['nodes'][number] | undefined): string {
  const { x, y, width, height, name } = box
  const state = node?.state ?? ''
  const about = [name, state, node?.note ?? ''].filter((part) => part !== '').join(' · ')
  const text = `${outcomeSign(state)} ${nodeLabel(name)}`.trim()
  const label = `<text x="${x + width / 2}" y="${y + height / 2}">${escapeHtml(text)}</text>`
  const shape = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`
  const inner = `<title>${escapeHtml(clip(about, 300))}</title>${shape}${label}`
  const group = `<g class="node ${stateClass(state)}">${inner}</g>`
  const href = node?.href
  return href !== undefined && safeHref(href) ? `<a href="${escapeHtml(href)}">${group}</a>` : group
}

/** A DAG as an SVG picture that scrolls in its own box when it is wider than the page. */
export function dagSvg(picture: DagPicture, alt: string): string {
  const layout = layoutDag(picture)
  const byName = new Map(picture.nodes.map((node) => [node.name, node]))
  const edges = layout.pieces.map(pieceSvg).join('')
  const nodes = layout.nodes.map((box) => nodeSvg(box, byName.get(box.name))).join('\n')
  // It shrinks with the page, but not so far that names become too small to read; then its box scrolls.
  const least = Math.round(layout.width * 0.7)
  const size = `style="min-width:${least}px" width="${layout.width}" height="${layout.height}" viewBox="0 0 ${layout.width} ${layout.height}"`
  return `<div class="dag" role="region" tabindex="0" aria-label="${escapeHtml(alt)}"><svg ${size} role="group" aria-label="${escapeHtml(alt)}"><g class="edges">${edges}</g>${nodes}</svg></div>`
}
