// What a task says reaches its reader whole and in order, and who says too much at once is told to wait.
import { describe, expect, it } from 'vitest'
import type { Said } from '../../src/execute/executor.ts'
import { createSaidQueue } from '../../src/execute/said-queue.ts'

const line = (text: string): Said => ({ kind: 'line', text })
const output = (size: number): Said => ({
  kind: 'output',
  stream: 'stdout',
  bytes: Buffer.alloc(size),
})

async function texts(queue: AsyncIterable<Said>): Promise<string[]> {
  const all: string[] = []
  for await (const said of queue) all.push(said.kind === 'line' ? said.text : said.kind)
  return all
}

describe('a queue of what a task says', () => {
  it('gives all in order, what was said before it is read and what comes meanwhile', async () => {
    const queue = createSaidQueue()
    queue.push(line('a'))
    queue.push(line('b'))
    const read = texts(queue)
    await Promise.resolve()
    queue.push(line('c'))
    await new Promise(setImmediate)
    queue.push(line('d'))
    queue.push({ kind: 'output_end', stream: 'stderr' })
    queue.end()
    expect(await read).toEqual(['a', 'b', 'c', 'd', 'output_end'])
  })

  it('ends at once where nothing is said, also when it was ended before it is read', async () => {
    const queue = createSaidQueue()
    queue.end()
    expect(await texts(queue)).toEqual([])
  })

  it('is full beyond its bytes, until the reader has taken enough', async () => {
    const queue = createSaidQueue(1000)
    queue.push(output(900))
    expect(queue.full()).toBe(undefined)
    queue.push(output(900))
    const waits = queue.full()
    expect(waits).toBeInstanceOf(Promise)
    expect(queue.full()).toBe(waits)
    const reader = queue[Symbol.asyncIterator]()
    await reader.next()
    expect(queue.full()).toBe(waits)
    await reader.next()
    await waits
    expect(queue.full()).toBe(undefined)
  })

  it('counts each item: many empty lines fill it too', () => {
    const queue = createSaidQueue(1000)
    for (let n = 0; n < 20; n++) queue.push(line(''))
    expect(queue.full()).toBeInstanceOf(Promise)
  })
})
