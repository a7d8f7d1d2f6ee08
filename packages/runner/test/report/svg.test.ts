// Drawings for a page: what Vega writes and nobody needs is gone, and two drawings never share an id.
import { describe, expect, it } from 'vitest'
import { embedSvg, leanSvg, svgWidth } from '../../src/report/svg.ts'

const svg = (inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="200" height="100" viewBox="0 0 200 100">${inner}</svg>`

describe('leanSvg', () => {
  it('rounds coordinates to two decimals, in tags and not in texts', () => {
    const lean = leanSvg(svg('<path d="M1.23456,-7.0001L0.5,12.999"/><text>3.14159</text>'))
    expect(lean).toContain('<path d="M1.23,-7L0.5,13"/>')
    expect(lean).toContain('<text>3.14159</text>')
  })

  it('drops attributes that do nothing on a page, and groups that hold nothing', () => {
    const lean = leanSvg(
      svg('<g class="mark" role="graphics-symbol" opacity="1"> </g><rect opacity="0.5" x="1"/>'),
    )
    expect(lean).toBe(
      '<svg width="200" height="100" viewBox="0 0 200 100"><rect opacity="0.5" x="1"/></svg>',
    )
  })

  it('numbers ids by their appearance, whatever Vega counted before', () => {
    const drawn = (from: number) =>
      leanSvg(
        svg(
          `<clipPath id="clip${from}"/><g clip-path="url(#clip${from})"/><linearGradient id="grad${from + 7}"/><path fill="url(#grad${from + 7})"/>`,
        ),
      )
    expect(drawn(3)).toBe(drawn(41))
    expect(drawn(3)).toContain('<clipPath id="d1"/><g clip-path="url(#d1)"/>')
    expect(drawn(3)).toContain('<linearGradient id="d2"/><path fill="url(#d2)"/>')
  })

  it('shows labels of up to 400 marks as tooltips, and those of more not at all', () => {
    const marks = (count: number) =>
      leanSvg(svg('<path aria-label="x: 1" d="M0,0"/>'.repeat(count)))
    expect(marks(400).match(/<title>x: 1<\/title>/g)).toHaveLength(400)
    expect(marks(401)).not.toContain('<title>')
    expect(marks(401)).not.toContain('aria-label')
  })
})

describe('embedSvg', () => {
  it('scales with its box up to 1.3 times its size, and is named for who cannot see it', () => {
    const page = embedSvg(svg('<path/>'), 'a', 'churn "by" <month>')
    expect(page).toBe(
      '<svg style="max-width:260px" viewBox="0 0 200 100" role="img" aria-label="churn &quot;by&quot; &lt;month&gt;"><path/></svg>',
    )
  })

  it('gives the ids of each drawing a prefix where they are set and used, and leaves texts alone', () => {
    const drawing = svg(
      '<clipPath id="d1"/><g clip-path="url(#d1)"><text> id="d1" url(#d1)</text></g>',
    )
    const page = embedSvg(drawing, 'train-2', 'x')
    expect(page).toContain('<clipPath id="train-2-d1"/><g clip-path="url(#train-2-d1)">')
    expect(page).toContain('<text> id="d1" url(#d1)</text>')
  })
})

it('the width is that of the drawing itself, not of a part', () => {
  expect(svgWidth(svg('<rect width="7"/>'))).toBe(200)
  expect(svgWidth('<svg width="12.5" height="1">')).toBe(12.5)
  expect(svgWidth('<svg height="100"><rect width="7"/></svg>')).toBe(0)
})
