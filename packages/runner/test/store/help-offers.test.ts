// Help for threads that read large files: where it is sent, that no helper is at two places, and when there is none.
import { describe, expect, it } from 'vitest'
import { createOffers } from '../../src/store/help-offers.ts'
import type { Share } from '../../src/store/read-file.ts'

const flag = () => new Int32Array(new SharedArrayBuffer(4))

/** A share of so many pieces that so many helpers can work at. */
function share(count: number, helpers: number): Share {
  return {
    file: 0,
    size: 0,
    first: 0,
    count,
    digests: new Uint8Array(count * 32),
    done: new Uint8Array(count),
    control: new Int32Array(new SharedArrayBuffer(4 * (1 + helpers))),
  }
}

/** Counts some pieces of a share as taken. */
const take = ({ control }: Share, pieces: number) => void Atomics.add(control, 0, pieces)

describe('help', () => {
  it('is for the share that was offered first, each helper once, then for the next', () => {
    const [first, second] = [share(9, 2), share(9, 1)]
    const waiting = flag()
    const offers = createOffers(waiting)
    expect(offers.take()).toBeUndefined()
    const [stopFirst, stopSecond] = [flag(), flag()]
    offers.add(first, stopFirst)
    offers.add(second, stopSecond)
    const [a, b, c] = [offers.take(), offers.take(), offers.take()]
    expect([a?.share, b?.share, c?.share]).toEqual([first, first, second])
    expect(new Set([a?.helper, b?.helper])).toEqual(new Set([1, 2]))
    expect(a?.stop).toBe(stopFirst)
    expect(c?.stop).toBe(stopSecond)
    expect(c?.waiting).toBe(waiting)
    expect(offers.take()).toBeUndefined()
  })

  it('comes again once a helper is back; one that died is not sent any more', () => {
    const offers = createOffers(flag())
    offers.add(share(9, 2), flag())
    const [back, died] = [offers.take(), offers.take()]
    if (!back || !died) throw new Error('no help')
    offers.giveBack(back)
    expect(offers.take()?.helper).toBe(back.helper)
    expect(offers.take()).toBeUndefined()
  })

  it('is not for less than two pieces, which are read before a thread has started', () => {
    const offers = createOffers(flag())
    const large = share(3, 4)
    offers.add(large, flag())
    expect(offers.take()?.share).toBe(large)
    take(large, 1)
    expect(offers.take()?.share).toBe(large)
    take(large, 1)
    expect(offers.take()).toBeUndefined()
  })

  it('is not for a batch that is stopped, and one that comes back from there is not sent again', () => {
    const offers = createOffers(flag())
    const [stopped, other] = [share(9, 2), share(9, 1)]
    const stop = flag()
    offers.add(stopped, stop)
    offers.add(other, flag())
    const help = offers.take()
    if (help?.share !== stopped) throw new Error('no help')
    Atomics.store(stop, 0, 1)
    expect(offers.take()?.share).toBe(other)
    offers.giveBack(help)
    expect(offers.take()).toBeUndefined()
  })
})
