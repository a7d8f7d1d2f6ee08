// How many columns a text takes on a terminal, and texts cut or padded to a count of columns.
import { stripVTControlCharacters } from 'node:util'

const ZERO = /^[\p{M}\p{Cf}\p{Cc}]$/u
/** East Asian wide and fullwidth letters, and signs shown as pictures (UAX #11, near enough for names). */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

function signWidth(sign: string): number {
  if (sign >= ' ' && sign <= '~') return 1
  if (ZERO.test(sign)) return 0
  return WIDE.test(sign) || /^\p{Emoji_Presentation}$/u.test(sign) ? 2 : 1
}

/** The columns that a text takes; colour codes and combining marks take none. */
export function displayWidth(text: string): number {
  let width = 0
  for (const sign of stripVTControlCharacters(text)) width += signWidth(sign)
  return width
}

/** A plain text (no colour codes) of at most `width` columns, ending in `…` where it was cut. */
export function truncate(text: string, width: number): string {
  const flat = stripVTControlCharacters(text).replace(/[^\S ]+/g, ' ')
  if (displayWidth(flat) <= width) return flat
  if (width < 1) return ''
  let taken = 0
  let cut = ''
  for (const sign of flat) {
    taken += signWidth(sign)
    if (taken > width - 1) break
    cut += sign
  }
  return `${cut}…`
}

/** A plain text of exactly `width` columns, cut or filled with blanks on the side that `align` leaves free. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(text, width)
  const blanks = ' '.repeat(Math.max(0, width - displayWidth(cut)))
  return align === 'left' ? cut + blanks : blanks + cut
}
