// Bytes of a stage's output as they come: kept together by line, and cut into lines for people.
import { StringDecoder } from 'node:string_decoder'
import { type Mask, maskOf } from './mask.ts'

/** Longer lines are cut where they are shown; the log file keeps them whole. */
export const LONGEST_SHOWN = 64 * 1024

/** Bytes of a partial line that are held back at least; more where the longest secret is longer. */
const MARGIN = 4096
const NEWLINE = 10
const RETURN = 13
const NOTHING = Buffer.alloc(0)

/** Holds back the beginning of a line until its end comes, so that two streams do not mix within a line. */
export class WholeLines {
  readonly #mask: Mask
  /** The beginning of a line, as it came. */
  #held: Buffer[] = []
  #size = 0
  #last = NEWLINE

  /** `mask` is given whole lines, and of a line that is given on in parts what may be masked is never cut. */
  constructor(mask: Mask = maskOf([], {})) {
    this.#mask = mask
  }

  /** The bytes that can go on: whole lines, or the beginning of one that is too long to be held. */
  push(bytes: Buffer): Buffer {
    const whole = Math.max(bytes.lastIndexOf(NEWLINE), bytes.lastIndexOf(RETURN)) + 1
    if (whole > 0) {
      const lines = this.#give(bytes.subarray(0, whole))
      this.#hold(bytes.subarray(whole))
      return lines
    }
    this.#hold(bytes)
    if (this.#size < LONGEST_SHOWN) return NOTHING
    const part = this.#give(NOTHING)
    const upTo = Math.max(0, part.length - Math.max(MARGIN, this.#mask.longest))
    this.#hold(part.subarray(upTo))
    return part.subarray(0, upTo)
  }

  /** What is left at the end of the output, with a line's end where the output had none. */
  end(): Buffer {
    const rest = this.#give(NOTHING)
    return this.#last === NEWLINE ? rest : Buffer.concat([rest, Buffer.of(NEWLINE)])
  }

  #hold(bytes: Buffer): void {
    // Copies the bytes, so that they do not keep a large chunk in memory.
    if (bytes.length > 0) this.#held.push(Buffer.from(bytes))
    this.#size += bytes.length
  }

  /** All that is held and these bytes, masked. */
  #give(bytes: Buffer): Buffer {
    const all = this.#size === 0 ? bytes : Buffer.concat([...this.#held, bytes])
    this.#held = []
    this.#size = 0
    this.#last = all.at(-1) ?? this.#last
    return this.#mask(all)
  }
}

/**
 * Cuts bytes into lines; a carriage return ends one too, as progress bars mean it. Never holds more than the longest.
 */
export class ShownLines {
  readonly #longest: number
  #held: Buffer = NOTHING
  /** Bytes of the line at hand beyond the longest. */
  #over = 0
  #afterReturn = false

  constructor(longest = LONGEST_SHOWN) {
    this.#longest = longest
  }

  push(bytes: Buffer): string[] {
    const lines: string[] = []
    // In pieces, so that only the line that began before a piece can be longer than the longest.
    for (let at = 0; at < bytes.length; at += this.#longest)
      this.#cut(bytes.subarray(at, at + this.#longest), lines)
    return lines
  }

  #cut(piece: Buffer, lines: string[]): void {
    const bytes = this.#afterReturn && piece[0] === NEWLINE ? piece.subarray(1) : piece
    if (piece.length > 0) this.#afterReturn = piece.at(-1) === RETURN
    const first = firstEnd(bytes)
    if (first >= 0) lines.push(this.#take(bytes.subarray(0, first)))
    const isPair = bytes[first] === RETURN && bytes[first + 1] === NEWLINE
    const rest = bytes.subarray(first + (isPair ? 2 : 1))
    const last = Math.max(rest.lastIndexOf(NEWLINE), rest.lastIndexOf(RETURN))
    if (last >= 0) lines.push(...linesOf(rest.subarray(0, last + 1)))
    this.#hold(rest.subarray(last + 1))
  }

  #hold(bytes: Buffer): void {
    const taken = bytes.subarray(0, this.#longest - this.#held.length)
    if (taken.length > 0) this.#held = Buffer.concat([this.#held, taken])
    this.#over += bytes.length - taken.length
  }

  #take(bytes: Buffer): string {
    this.#hold(bytes)
    const [held, over] = [this.#held, this.#over]
    this.#held = NOTHING
    this.#over = 0
    if (over === 0) return held.toString()
    // The decoder leaves out a letter that the cut has halved.
    return `${new StringDecoder('utf8').write(held)}… ${over.toLocaleString('en')} more bytes`
  }
}

function firstEnd(bytes: Buffer): number {
  const ends = [bytes.indexOf(NEWLINE), bytes.indexOf(RETURN)].filter((at) => at >= 0)
  return ends.length === 0 ? -1 : Math.min(...ends)
}

/** The lines of a text that ends with a line's end. */
function linesOf(bytes: Buffer): string[] {
  const text = bytes.toString()
  return text.includes('\r') ? text.split(/\r\n|\r|\n/).slice(0, -1) : text.slice(0, -1).split('\n')
}
