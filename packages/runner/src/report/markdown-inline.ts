// The inline marks of Markdown: code, links, emphasis; everything else is escaped text.
import { escapeHtml } from './escape.ts'

// Each alternative either fails at once or runs to the next mark, so that hostile text costs linear time.
const MARK =
  /`([^`]+)`|\[([^[\]]*)\]\(([^()\s]+)\)|\*\*([^\s*](?:[^*]|\*(?!\*))*)\*\*|\*([^\s*][^*]*)\*|(?<![\w])_([^\s_][^_]*)_(?![\w])|(https?:\/\/[^\s<>"'()`*]*[^\s<>"'()`*.,;:!?])/g

/** A link, or inside another link (where HTML allows none) and to other schemes, its text. */
function linkHtml(label: string, href: string, inLink: boolean): string {
  if (inLink) return label
  if (!/^https?:\/\//i.test(href)) return `${label} (${escapeHtml(href)})`
  return `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${label}</a>`
}

function markHtml(mark: RegExpExecArray, inLink: boolean): string {
  const [, code, label, href, strong, star, underscore, address] = mark
  if (code !== undefined) return `<code>${escapeHtml(code)}</code>`
  if (label !== undefined && href !== undefined) {
    return linkHtml(inlineHtml(label, true), href, inLink)
  }
  if (strong !== undefined) return `<strong>${inlineHtml(strong, inLink)}</strong>`
  if (address !== undefined) return linkHtml(escapeHtml(address), address, inLink)
  return `<em>${inlineHtml(star ?? underscore ?? '', inLink)}</em>`
}

/** One line or paragraph of Markdown as HTML; links other than http(s) are shown as text. */
export function inlineHtml(text: string, inLink = false): string {
  let html = ''
  let at = 0
  for (const mark of text.matchAll(MARK)) {
    html += escapeHtml(text.slice(at, mark.index)) + markHtml(mark, inLink)
    at = mark.index + mark[0].length
  }
  return html + escapeHtml(text.slice(at))
}
