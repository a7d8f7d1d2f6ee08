// Foreign text in a report stays text.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anchor, clip, escapeHtml, safeHref } from '../../src/report/escape.ts'

describe('escapeHtml', () => {
  it('leaves no sign that could begin markup or end an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/)
      }),
    )
  })

  it('replaces control characters and lone surrogates, and keeps line feeds and tabs', () => {
    expect(escapeHtml('a\u0000b\u001bc\ud800d\n\te😀')).toBe('a\ufffdb\ufffdc\ufffdd\n\te😀')
  })
})

describe('safeHref', () => {
  it.each([
    'https://example.org/a?b#c',
    'HTTP://x.y',
    '#cell',
    'drift/a.html',
    '../a%20b.html',
    './a:b',
  ])('allows %s', (href) => expect(safeHref(href)).toBe(true))

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil.example/x',
    '/\\evil.example',
    '\\\\evil',
    'file:///etc/passwd',
  ])('refuses %j', (href) => expect(safeHref(href)).toBe(false))
})

describe('clip and anchor', () => {
  it('never cuts a surrogate pair in half', () => {
    expect(clip('ab😀cd', 3)).toBe('ab…')
    expect(clip('ab😀cd', 4)).toBe('ab😀…')
    expect(clip('abc', 3)).toBe('abc')
  })

  it('makes ids that need no escaping', () => {
    expect(anchor('train.model_1-b')).toBe('train.model_1-b')
    expect(anchor('a b')).toBe('a:w:b')
    expect(anchor('<😀"')).toBe(':1o::2r5s::y:')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(anchor(text)).toMatch(/^[\w.:-]+$/)
      }),
    )
  })

  it('makes no id of two texts', () => {
    const names = [
      '',
      ':',
      'a b',
      'a-b',
      'a  b',
      'a--b',
      'a:b',
      'a:w:b',
      'a:w',
      ' ',
      'w',
      '\ud800',
      '\ud801',
    ]
    expect(new Set(names.map(anchor)).size).toBe(names.length)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(anchor(a) === anchor(b)).toBe(a === b)
      }),
    )
  })
})
