// The item of a list at an index that must be there.
import { itemAt } from '@weir/base'
import { describe, expect, it } from 'vitest'

describe('itemAt', () => {
  it('gives the item, also one that is undefined or falsy', () => {
    expect([0, 1, 2].map((index) => itemAt(['a', '', undefined], index))).toEqual([
      'a',
      '',
      undefined,
    ])
  })

  it.each([-1, 2, 0.5, Number.NaN])('throws for the index %s of two items', (index) => {
    expect(() => itemAt(['a', 'b'], index)).toThrow(
      new RangeError(`there is no item ${index} in a list of 2`),
    )
  })
})
