// How wide a text is in the page's sans-serif, near enough to place labels, and the same on every machine.

/** Widths in thousandths of the font size, after the widest of the usual fonts, so that no label is cut; other letters are taken as 610. */
const NARROW = "ijlI.,:;'|!"
const SLIM = 'frt()[]/-\\ "'
const WIDE = 'mwMW@%'

function widthOf(sign: string): number {
  if (NARROW.includes(sign)) return 310
  if (SLIM.includes(sign)) return 400
  if (WIDE.includes(sign)) return 930
  if (sign >= 'A' && sign <= 'Z') return 710
  return (sign.codePointAt(0) ?? 0) > 0x2e80 ? 1000 : 610
}

/** The width of a text in pixels at a font size in pixels. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0
  for (const sign of text) width += widthOf(sign)
  return Math.ceil((width * fontSize) / 1000)
}
