// Markdown as HTML, by markdown-it. Raw HTML stays text; links lead to http(s), to files of the project, or nowhere.
import MarkdownIt, { type RendererRule, type StateCore, type Token } from 'markdown-it'
import { clip, escapeHtml, safeHref } from './escape.ts'

const LONGEST_TEXT = 40_000
/** Lists and quotes nested deeper than this are left out: they would nest the page's elements as deep. */
const DEEPEST = 20

/**
 * CommonMark with tables, strikethrough and bare https addresses as links. Texts beyond 40,000 characters are cut.
 * A picture is a link to it: pages load nothing.
 * @param from the page's path in the project: relative links name files of the project, and lead there from it
 */
export function markdownHtml(text: string, from?: string): string {
  return parser.render(clip(text, LONGEST_TEXT), { from }).trimEnd()
}

/** A section's title is an h2, so a text's first level of heading is an h3. */
const heading: RendererRule = (tokens, at) => {
  const { tag, nesting } = tokenAt(tokens, at)
  return `<${nesting < 0 ? '/' : ''}h${Math.min(6, Number(tag.slice(1)) + 2)}>${nesting < 0 ? '\n' : ''}`
}

const linkOpen: RendererRule = (tokens, at, options, env, renderer) => {
  const from = env?.from
  const token = tokenAt(tokens, at)
  const href = String(token.attrGet('href'))
  if (/^https?:/i.test(href)) token.attrSet('rel', 'noopener noreferrer')
  else if (typeof from === 'string') token.attrSet('href', seenFrom(from, href))
  return renderer.renderToken(tokens, at, options)
}

/** A path of the project as a link of a page at `from`; anchors stay. */
function seenFrom(from: string, href: string): string {
  if (/^[#?/]/.test(href) || href === '') return href
  return `${'../'.repeat(from.split('/').length - 1)}${href}`
}

/** Puts a link where a picture is; inside of a link, where HTML allows none, its text. */
function linkPictures(inline: readonly Token[], make: StateCore['Token']): Token[] {
  let depth = 0
  return inline.flatMap((token) => {
    if (token.tag === 'a') depth += token.nesting
    if (token.type !== 'image') return [token]
    const label = new make('text', '', 0)
    label.content = token.content || 'picture'
    if (depth > 0) return [label]
    const open = new make('link_open', 'a', 1)
    open.attrSet('href', String(token.attrGet('src')))
    return [open, label, new make('link_close', 'a', -1)]
  })
}

const code: RendererRule = (tokens, at) =>
  `<pre class="code"><code>${escapeHtml(tokenAt(tokens, at).content.replace(/\n$/, ''))}</code></pre>\n`

/** A table scrolls in a box of its own, which is named by its first columns. */
const tableOpen: RendererRule = (tokens, at) => {
  const end = tokens.findIndex(({ type }, i) => i > at && type === 'thead_close')
  const columns = tokens
    .slice(at, end)
    .flatMap(({ type, content }) => (type === 'inline' ? content : []))
  const name = escapeHtml(`Table: ${columns.slice(0, 3).join(', ')}`)
  return `<div class="table" role="region" tabindex="0" aria-label="${name}"><table>\n`
}

const cellOpen: RendererRule = (tokens, at) => {
  const { tag, attrGet } = tokenAt(tokens, at)
  const scope = tag === 'th' ? ' scope="col"' : ''
  const align = /right/.test(String(attrGet.call(tokens[at], 'style'))) ? ' class="num"' : ''
  return `<${tag}${scope}${align}>`
}

function tokenAt(tokens: readonly Token[], at: number): Token {
  const token = tokens[at]
  if (token === undefined) throw new RangeError(`no token ${at}`)
  return token
}

const parser = makeParser()

function makeParser() {
  const made = MarkdownIt({ html: false, linkify: true, maxNesting: DEEPEST })
  // Only text with a scheme becomes a link: `train.ts` is a file, and no host of the domain .ts.
  made.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
  made.validateLink = safeHref
  made.core.ruler.push('pictures', ({ tokens, Token }) => {
    for (const token of tokens) {
      if (token.children !== null) token.children = linkPictures(token.children, Token)
    }
  })
  Object.assign(made.renderer.rules, {
    text: ((tokens, at) => escapeHtml(tokenAt(tokens, at).content)) satisfies RendererRule,
    heading_open: heading,
    heading_close: heading,
    link_open: linkOpen,
    fence: code,
    code_block: code,
    table_open: tableOpen,
    table_close: () => '</table></div>\n',
    th_open: cellOpen,
    td_open: cellOpen,
  })
  return made
}
