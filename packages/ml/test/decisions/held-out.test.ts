// Held-out users: the hash agrees with an outside one, the share is kept, the choice is stable.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heldOutPlace, isHeldOut } from '../../src/decisions/held-out.ts'
import { murmur3 } from '../../src/decisions/murmur3.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('murmur3', () => {
  // python3 -c "from sklearn.utils import murmurhash3_32 as m; print(m(b'abc', seed=42, positive=True))"
  it.each([
    ['', 0, 0],
    ['', 42, 142593372],
    ['a', 0, 1009084850],
    ['ab', 0, 2613040991],
    ['abc', 0, 3017643002],
    ['abc', 42, 1313807976],
    ['abcd', 0, 1139631978],
    ['abcd', 42, 3898664396],
    ['weir\x007590-VHVEG', 0, 1261746676],
    ['weir\0Zoë', 0, 341487516],
    ['weir\0Zoë', 42, 3327468726],
  ])('of %j with seed %d is that of scikit-learn', (text, seed, hash) => {
    expect(murmur3(bytes(text), seed)).toBe(hash)
  })
})

describe('held-out users', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `user-${i}`)

  it('are spread evenly: chi-square of 100 bins below the 0.999 quantile (148.2)', () => {
    const counts = new Array<number>(100).fill(0)
    for (const id of ids) {
      const bin = Math.floor(heldOutPlace(id, 'weir') * 100)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    const statistic = counts.reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0)
    expect(statistic).toBeLessThan(148.2) // scipy.stats.chi2.ppf(0.999, 99)
  })

  it('are drawn independently by another salt', () => {
    const both = ids.filter((id) => isHeldOut(id, 'a', 0.25) && isHeldOut(id, 'b', 0.25)).length
    expect(Math.abs(both / ids.length - 0.0625)).toBeLessThan(0.007) // 4 standard deviations
  })

  it('grow with the share and are none at 0, all at 1', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.float({ min: 0, max: 1, noNaN: true }),
        (id, salt, share) => {
          expect(isHeldOut(id, salt, 0)).toBe(false)
          expect(isHeldOut(id, salt, 1)).toBe(true)
          if (isHeldOut(id, salt, share)) expect(isHeldOut(id, salt, (share + 1) / 2)).toBe(true)
        },
      ),
    )
  })

  it('tell salt from id', () => {
    expect(heldOutPlace('bc', 'a')).not.toBe(heldOutPlace('c', 'ab'))
  })

  it.each([-0.1, 1.1, Number.NaN])('refuse a share of %d', (share) => {
    expect(() => isHeldOut('a', 'weir', share)).toThrow(RangeError)
  })
})
