// Plain text into HTML: the one place where foreign text becomes markup.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made safe as HTML content and inside a quoted attribute; unprintable characters become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replace(unprintable(), '\ufffd').replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}

/**
 * HTML allows tab, line feed and carriage return among the control characters; the rest would make the page invalid.
 * A function, since a pattern at the top would stay in the bundle of every cell, unused, and count as its code.
 */
function unprintable(): RegExp {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu
}

/** The first `limit` UTF-16 units of a text, never half a surrogate pair, with an ellipsis where it was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const cut = text.slice(0, limit)
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/**
 * A text as an element id that no other text has, and that stays as it is in an address: letters, digits, `_`, `.` and
 * `-`; anything else becomes `:` with its code point, in base 36, and `:` again.
 */
export function anchor(text: string): string {
  if (text === '') return ':'
  return text.replace(/[^A-Za-z0-9_.-]/gu, (sign) => `:${sign.codePointAt(0)?.toString(36)}:`)
}

/** True for an address that a report may link to: http(s), an anchor, or a path relative to the report. */
export function safeHref(href: string): boolean {
  if (/^https?:\/\//i.test(href)) return true
  return !/^[^/?#]*:/.test(href) && !/^[\\/]{2}/.test(href) && !/[\s\\]/.test(href)
}
