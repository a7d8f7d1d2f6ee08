// Figures as tiles: one a figure, each with its change, foreign text never as markup.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metricsHtml } from '../../src/report/figures.ts'
import { textWidth } from '../../src/report/text-width.ts'

type Values = Parameters<typeof metricsHtml>[0]

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/)
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 20 }),
  fc.constant(null),
)
const figures: fc.Arbitrary<Values> = fc.dictionary(name, value, { maxKeys: 20 })
const count = (text: string, part: string): number => text.split(part).length - 1
/** The text in the place of each change. */
const changes = (html: string): string[] =>
  [...html.matchAll(/class="change"[^>]*>([^<]*)</g)].map(([, text = '']) => text)

describe('metricsHtml', () => {
  it('has one tile a figure, in their own order', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const names = [...metricsHtml(values).matchAll(/<dt>([^<]*)<\/dt>/g)].map(([, dt]) => dt)
        expect(names).toEqual(Object.keys(values))
      }),
    )
  })

  it('says of the same figures that they are unchanged', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const html = metricsHtml(values, values)
        expect(changes(html)).toEqual(Object.keys(values).map(() => 'unchanged'))
      }),
    )
  })

  it('says of no change where there is no earlier figure', () => {
    fc.assert(
      fc.property(figures, (values) => {
        expect(changes(metricsHtml(values))).toEqual([])
        expect(changes(metricsHtml(values, { '0': 1 }))).toEqual([])
      }),
    )
  })

  it('points up exactly where a number grew', () => {
    const number = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(number, number, (now, before) => {
        fc.pre(now !== before)
        const [text = ''] = changes(metricsHtml({ a: now }, { a: before }))
        expect(text.startsWith(now > before ? '▲ +' : '▼ \u2212')).toBe(true)
      }),
    )
  })

  it('does not take an inherited member for an earlier figure', () => {
    expect(changes(metricsHtml({ constructor: 1, toString: 2 }, {}))).toEqual([])
  })

  it.each([
    [null, 1, 'was 1'],
    [1, null, 'was –'],
    ['new', 'old', 'was old'],
    [true, false, 'was false'],
    ['1', 1, 'was 1'],
    [0, -0, 'unchanged'],
    [0.5, 0.25, '▲ +0.25'],
  ])('%j after %j: %s', (now, before, text) => {
    expect(changes(metricsHtml({ a: now }, { a: before }))).toEqual([text])
  })

  it('shows names and texts as text', () => {
    const foreign = fc.stringMatching(/^[<>&"'/=a-z ]{1,30}$/)
    fc.assert(
      fc.property(foreign, foreign, foreign, (key, now, before) => {
        const html = metricsHtml({ [key]: now }, { [key]: before })
        expect(
          html.replace(/<\/?(?:dl|div|dt|dd|span)(?: (?:class|title)="[^"<>]*")*>/g, ''),
        ).not.toMatch(/[<>]/)
      }),
    )
  })

  it('shows sixty at the most, and says how many there are', () => {
    const many = (size: number) =>
      metricsHtml(Object.fromEntries(Array.from({ length: size }, (_, n) => [`m${n}`, n])))
    expect([count(many(60), '<dt>'), many(60).includes('Shown')]).toEqual([60, false])
    expect(count(many(61), '<dt>')).toBe(60)
    expect(many(61)).toContain('Shown: the first 60 of 61 figures.')
  })
})

describe('textWidth', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 })
  const size = fc.integer({ min: 1, max: 40 })

  it('grows with the text and with the size', () => {
    fc.assert(
      fc.property(text, text, size, (a, b, fontSize) => {
        expect(textWidth(a + b, fontSize)).toBeGreaterThanOrEqual(textWidth(a, fontSize))
        expect(textWidth(a, fontSize + 1)).toBeGreaterThanOrEqual(textWidth(a, fontSize))
      }),
    )
  })

  it('adds up, but for the rounding up of each part', () => {
    fc.assert(
      fc.property(text, text, size, (a, b, fontSize) => {
        const parts = textWidth(a, fontSize) + textWidth(b, fontSize)
        const whole = textWidth(a + b, fontSize)
        expect(parts - whole).toBeGreaterThanOrEqual(0)
        expect(parts - whole).toBeLessThanOrEqual(1)
      }),
    )
  })

  it.each([
    ['', 0],
    ['i', 31],
    ['f', 40],
    ['W', 93],
    ['A', 71],
    ['a', 61],
    ['日', 100],
    ['😀', 100],
  ])('%j is %i px wide at 100 px', (sign, width) => {
    expect(textWidth(sign, 100)).toBe(width)
  })
})
