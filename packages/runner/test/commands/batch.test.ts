// How lines are written to a stream: in batches, waiting for a reader that is behind, and with a bound.
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { batchWriter } from '../../src/commands/batch.ts'

/** A stream whose reader takes nothing until the test lets it. */
class Slow extends EventEmitter {
  writes: string[] = []
  writableLength = 0
  writableNeedDrain = false

  write(text: string): boolean {
    this.writes.push(text)
    this.writableLength += text.length
    this.writableNeedDrain = true
    return false
  }

  take(event: 'drain' | 'error' | 'close'): void {
    this.writableLength = 0
    this.writableNeedDrain = false
    this.emit(event)
  }
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('batchWriter', () => {
  it('writes what was said in one turn at once', async () => {
    const stream = new Slow()
    const writer = batchWriter(stream)
    for (let n = 0; n < 1000; n++) writer.say(`line ${n}`)
    expect(stream.writes).toEqual([])
    await turn()
    expect(stream.writes).toHaveLength(1)
    writer.say('last')
    writer.flush()
    expect(stream.writes[1]).toBe('last\n')
    await turn()
    expect(stream.writes).toHaveLength(2)
  })

  it('does not gather more than a batch within a turn', () => {
    const stream = new Slow()
    const writer = batchWriter(stream)
    for (let n = 0; n < 100; n++) writer.say('x'.repeat(10_000))
    expect(stream.writes.length).toBeGreaterThan(10)
    expect(Math.max(...stream.writes.map((text) => text.length))).toBeLessThan(80_000)
  })

  it.each([
    'drain',
    'error',
    'close',
  ] as const)('is behind until the stream says %s', async (event) => {
    const stream = new Slow()
    const writer = batchWriter(stream)
    expect(writer.behind()).toBeUndefined()
    writer.say('x')
    writer.flush()
    const behind = writer.behind()
    expect(behind).toBeInstanceOf(Promise)
    expect(writer.behind()).toBe(behind)
    stream.take(event)
    await behind
    expect(writer.behind()).toBeUndefined()
  })

  it('leaves output out where the reader is far behind, and says how much; never what the runner says', () => {
    const stream = new Slow()
    const writer = batchWriter(stream)
    for (let n = 0; n < 3000; n++) writer.sayOutput('x'.repeat(10_000))
    const unread = stream.writableLength
    expect(unread).toBeLessThan(17 * 1024 * 1024)
    stream.take('drain')
    writer.say('done')
    writer.flush()
    const left =
      3000 -
      stream.writes
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('x')).length
    expect(stream.writes.at(-1)).toContain(`… ${left} lines of output were not shown`)
    expect(stream.writes.at(-1)?.endsWith('done\n')).toBe(true)
  })
})
