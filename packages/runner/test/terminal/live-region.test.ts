// The live region, played on a small model of a terminal.
import { describe, expect, it } from 'vitest'
import { type LiveClock, LiveRegion, type LiveStream } from '../../src/terminal/live-region.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes begin with one
const CODE_OR_SIGN = /\u001b\[[?0-9]*[A-Za-z]|./gsu

/** A terminal that knows what the region writes: line feeds, carriage returns, cursor up, erase below, wrapping. */
class Screen implements LiveStream {
  columns = 20
  rows = 10
  lines: string[] = ['']
  cursor = true
  writes = 0
  resize: (() => void) | undefined
  #row = 0
  #column = 0

  on(_: 'resize', listener: () => void): void {
    this.resize = listener
  }

  off(): void {
    this.resize = undefined
  }

  write(text: string): void {
    this.writes++
    for (const [part] of text.matchAll(CODE_OR_SIGN)) this.#apply(part)
  }

  #apply(part: string): void {
    if (part.endsWith('A') && part.length > 1) this.#row -= Number.parseInt(part.slice(2), 10)
    else if (part === '\u001b[J') {
      this.lines = [
        ...this.lines.slice(0, this.#row),
        this.lines[this.#row]!.slice(0, this.#column),
      ]
    } else if (part === '\u001b[?25l') this.cursor = false
    else if (part === '\u001b[?25h') this.cursor = true
    else if (part === '\r') this.#column = 0
    else if (part === '\n') this.#feed()
    else if (part.startsWith('\u001b')) throw new Error(`unknown code ${JSON.stringify(part)}`)
    else this.#put(part)
    if (this.#row < 0) throw new Error('the cursor left the screen')
  }

  #feed(): void {
    this.#row++
    this.#column = 0
    this.lines[this.#row] ??= ''
  }

  #put(sign: string): void {
    if (this.#column >= this.columns) this.#feed()
    this.lines[this.#row] = this.lines[this.#row]!.slice(0, this.#column) + sign
    this.#column++
  }
}

/** A clock that is moved by hand. */
class HandClock implements LiveClock {
  time = 0
  #calls: { call: () => void; every: number; next: number }[] = []

  now(): number {
    return this.time
  }

  every(milliseconds: number, call: () => void): () => void {
    const entry = { call, every: milliseconds, next: this.time + milliseconds }
    this.#calls.push(entry)
    return () => {
      this.#calls = this.#calls.filter((one) => one !== entry)
    }
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds
    for (; this.time < end; this.time++) {
      for (const entry of this.#calls) {
        if (entry.next > this.time) continue
        entry.next += entry.every
        entry.call()
      }
    }
  }
}

function setUp(draw: (width: number, now: number) => string[]) {
  const screen = new Screen()
  const clock = new HandClock()
  return { screen, clock, region: new LiveRegion(screen, clock, draw) }
}

describe('LiveRegion', () => {
  it('redraws in place and gives the screen back as it was', () => {
    const { screen, clock, region } = setUp((_, now) => ['head', `time ${now}`])
    screen.write('before\n')
    region.start()
    expect(screen.cursor).toBe(false)
    clock.advance(201)
    expect(screen.lines).toEqual(['before', 'head', 'time 200'])
    region.stop()
    expect(screen.lines).toEqual(['before', ''])
    expect(screen.cursor).toBe(true)
  })

  it('draws at most ten times a second, however often it is logged to', () => {
    let drawings = 0
    const { clock, region } = setUp(() => {
      drawings++
      return ['x']
    })
    region.start()
    for (let n = 0; n < 1000; n++) {
      region.log('line')
      clock.advance(1)
    }
    expect(drawings).toBeLessThanOrEqual(11)
    expect(drawings).toBeGreaterThanOrEqual(10)
  })

  it('logs above the region', () => {
    const { screen, clock, region } = setUp(() => ['a', 'b'])
    region.start()
    region.log('one')
    region.log('two\nthree\n')
    expect(screen.lines).toEqual(['one', 'two', 'three', 'a', 'b'])
    clock.advance(150)
    region.stop()
    region.log('after')
    expect(screen.lines).toEqual(['one', 'two', 'three', 'after', ''])
  })

  it('erases lines that vanish', () => {
    let lines = ['a', 'b', 'c']
    const { screen, clock, region } = setUp(() => lines)
    region.start()
    lines = ['z']
    clock.advance(101)
    expect(screen.lines).toEqual(['z'])
    lines = []
    clock.advance(100)
    expect(screen.lines).toEqual([''])
    lines = ['y']
    clock.advance(100)
    expect(screen.lines).toEqual(['y'])
  })

  it('draws for the width of the moment, and erases what a narrower window wrapped', () => {
    const { screen, region } = setUp((width) => ['#'.repeat(width), '-'.repeat(width)])
    screen.write('before\n')
    region.start()
    expect(screen.lines).toEqual(['before', '#'.repeat(19), '-'.repeat(19)])
    // The window is made narrower: a terminal shows each old line as two.
    screen.columns = 10
    const wrapped = new Screen()
    wrapped.columns = 10
    wrapped.write(`before\n${'#'.repeat(19)}\n${'-'.repeat(19)}`)
    screen.write = (text) => wrapped.write(text)
    screen.resize?.()
    expect(wrapped.lines).toEqual(['before', '#'.repeat(9), '-'.repeat(9)])
  })

  it('never draws more lines than the window has', () => {
    const { screen, region } = setUp(() => Array.from({ length: 50 }, (_, n) => `line ${n}`))
    region.start()
    expect(screen.lines).toHaveLength(9)
  })

  it('starts and stops once, and lets go of the window', () => {
    const { screen, clock, region } = setUp(() => ['x'])
    region.start()
    region.start()
    region.stop()
    const { writes } = screen
    region.stop()
    clock.advance(500)
    expect(screen.writes).toBe(writes)
    expect(screen.resize).toBeUndefined()
  })
})
