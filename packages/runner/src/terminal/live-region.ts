// Lines at the bottom of a terminal that are redrawn in place, with the log running on above them.
import { displayWidth } from './width.ts'

/** A terminal to write to; `columns` and `rows` are read at each drawing, since windows are resized. */
export interface LiveStream {
  write(text: string): unknown
  readonly columns?: number
  readonly rows?: number
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

/** The size of a terminal; one that knows none (a new pseudo-terminal has 0 columns) counts as 80 by 24. */
export function terminalSize({ columns, rows }: { columns?: number; rows?: number }): {
  readonly columns: number
  readonly rows: number
} {
  return { columns: known(columns) ?? 80, rows: known(rows) ?? 24 }
}

function known(count: number | undefined): number | undefined {
  return Number.isInteger(count) && Number(count) > 0 ? count : undefined
}

/** Time in milliseconds, and a repeated call that can be cancelled. */
export interface LiveClock {
  now(): number
  every(milliseconds: number, call: () => void): () => void
}

/** At most ten drawings a second. */
const FRAME_MS = 100
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const ERASE_BELOW = '\u001b[J'

/** The real clock; its timer does not keep the process alive. */
export const systemClock: LiveClock = {
  now: () => performance.now(),
  every(milliseconds, call) {
    const timer = setInterval(call, milliseconds)
    timer.unref()
    return () => clearInterval(timer)
  },
}

/**
 * A region of lines that `draw` gives for a width and a time. `start` hides the cursor and draws ten times a
 * second; `log` writes lines above the region; `stop` erases the region and shows the cursor again, and must
 * be called on every way out.
 */
export class LiveRegion {
  readonly #stream: LiveStream
  readonly #clock: LiveClock
  readonly #draw: (width: number, now: number) => readonly string[]
  readonly #onResize = () => this.#redraw('')
  #shown: readonly string[] = []
  #cancel: (() => void) | undefined

  constructor(
    stream: LiveStream,
    clock: LiveClock,
    draw: (width: number, now: number) => readonly string[],
  ) {
    this.#stream = stream
    this.#clock = clock
    this.#draw = draw
  }

  /** Begins to draw; a second start does nothing. */
  start(): void {
    if (this.#cancel !== undefined) return
    this.#cancel = this.#clock.every(FRAME_MS, () => this.#redraw(''))
    this.#stream.on?.('resize', this.#onResize)
    this.#stream.write(HIDE_CURSOR)
    this.#redraw('')
  }

  /** Writes a text above the region, on lines of its own; before `start` and after `stop` it just writes. */
  log(text: string): void {
    const lines = text.endsWith('\n') ? text : `${text}\n`
    if (this.#cancel === undefined) this.#stream.write(lines)
    else this.#replace(lines, this.#shown)
  }

  /** Erases the region and gives the cursor back; a second stop does nothing. */
  stop(): void {
    if (this.#cancel === undefined) return
    this.#cancel()
    this.#cancel = undefined
    this.#stream.off?.('resize', this.#onResize)
    this.#replace('', [])
    this.#stream.write(SHOW_CURSOR)
  }

  #redraw(above: string): void {
    const { columns, rows } = terminalSize(this.#stream)
    // One column stays free: some terminals wrap at the last one. A region taller than the window cannot be erased.
    const lines = this.#draw(Math.max(1, columns - 1), this.#clock.now())
    this.#replace(above, lines.slice(0, Math.max(1, rows - 1)))
  }

  /** Erases what stands, writes `above` in its place and the region below it, all in one write. */
  #replace(above: string, lines: readonly string[]): void {
    this.#stream.write(this.#erase() + above + lines.join('\n'))
    this.#shown = lines
  }

  /** The codes that erase the region as it stands now: a window made narrower has wrapped its lines. */
  #erase(): string {
    if (this.#shown.length === 0) return ''
    const { columns } = terminalSize(this.#stream)
    const rows = this.#shown.map((line) => Math.max(1, Math.ceil(displayWidth(line) / columns)))
    const up = rows.reduce((sum, count) => sum + count, 0) - 1
    return `\r${up > 0 ? `\u001b[${up}A` : ''}${ERASE_BELOW}`
  }
}
