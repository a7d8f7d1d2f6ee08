// Cleans a drawing of Vega for embedding: smaller, with tooltips, and nothing that a page could clash with.
import { escapeHtml } from './escape.ts'

/** A picture grows to at most this many times its drawn size. */
const LARGEST = 1.3
/** Beyond this many marks tooltips would only make the page heavy. */
const MOST_TOOLTIPS = 400

const NOISE =
  /\s(?:xmlns:xlink|xmlns|version|role|aria-roledescription|aria-hidden|pointer-events|class|stroke-miterlimit)="[^"]*"|\sfont-family="inherit"|\s(?:opacity|fill-opacity|stroke-opacity)="1"/g
const EMPTY_GROUP_PARTS =
  /<path[^<>]*class="(?:foreground|background)"[^<>]*d=""[^<>]*\/>|<path class="background"[^<>]*d="M0,0h0v0h0Z"[^<>]*\/>/g
const BARE_BACKGROUND = /<path d="M[-\d.]+,[-\d.]+h[-\d.]+v[-\d.]+h-[\d.]+Z"\/>/g

function rounded(tag: string): string {
  return tag.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) =>
    String(Number(Number(number).toFixed(2))),
  )
}

/** Moves each mark's spoken label into a `<title>`, which browsers show as a tooltip. */
function withTooltips(svg: string): string {
  const labelled = /<path aria-label="([^"]*)"([^<>]*)\/>/g
  const count = svg.match(labelled)?.length ?? 0
  return svg.replace(labelled, (_, label: string, rest: string) =>
    count > MOST_TOOLTIPS ? `<path${rest}/>` : `<path${rest}><title>${label}</title></path>`,
  )
}

/** Changes the tags of a drawing and leaves its texts alone: a label may say ` id="x"` too. */
function mapTags(svg: string, change: (tag: string) => string): string {
  return svg.replace(/<[a-z][^<>]*>/gi, change)
}

/** Renames the ids of a drawing where they are set and where they are used. */
function withIds(svg: string, rename: (id: string) => string): string {
  return mapTags(svg, (tag) =>
    tag
      .replace(/\sid="([^"]*)"/g, (_, id: string) => ` id="${rename(id)}"`)
      .replace(/url\(#([^)"]*)\)/g, (_, id: string) => `url(#${rename(id)})`),
  )
}

/** Vega numbers ids on through a whole process; here each drawing counts from 1 in order of appearance. */
function renumbered(svg: string): string {
  const ids = new Map<string, string>()
  return withIds(svg, (id) => {
    const known = ids.get(id) ?? `d${ids.size + 1}`
    ids.set(id, known)
    return known
  })
}

/** A drawing without attributes that do nothing here, coordinates to 2 decimals. */
export function leanSvg(drawing: string): string {
  const titled = withTooltips(renumbered(drawing.replace(EMPTY_GROUP_PARTS, '')))
  return mapTags(titled, (tag) =>
    rounded(tag.replace(NOISE, '').replace(/\saria-label="[^"]*"/g, '')),
  )
    .replace(BARE_BACKGROUND, '')
    .replace(/<g>(\s*)<\/g>/g, '')
}

/** The width of a drawing in pixels; 0 where it says none. */
export function svgWidth(svg: string): number {
  return Number(/^<svg[^>]*\swidth="([\d.]+)"/.exec(svg)?.[1] ?? 0)
}

/**
 * A drawing ready to stand in a page: it scales with its box, has a name for screen readers, and its
 * inner ids carry `prefix`, so that two drawings never share one.
 */
export function embedSvg(svg: string, prefix: string, alt: string): string {
  const name = escapeHtml(alt)
  const [open] = /^<svg[^>]*>/.exec(svg) ?? []
  if (open === undefined) throw new Error('a drawing does not begin with <svg>')
  const size = /viewBox="[^"]*"/.exec(open)?.[0] ?? ''
  const inner = withIds(svg.slice(open.length), (id) => `${prefix}-${id}`)
  const most = Math.round(svgWidth(svg) * LARGEST)
  return `<svg style="max-width:${most}px" ${size} role="img" aria-label="${name}">${inner}`
}
