// Who a model is judged on, and the periods that cannot judge one.

import type { FeatureFrame } from '@weir/formats/dataset'
import { isHeldOut } from '@weir/ml/decisions'
import { describe, expect, it } from 'vitest'
import { heldOutRows } from '../../stages/periods/held-out-rows.ts'

const split = { held_out: 0.25, salt: 'weir' }
const ids = Array.from({ length: 200 }, (_, i) => `user-${i}`)

function frame(labelOf: (i: number) => 0 | 1 | null): FeatureFrame {
  return {
    asOf: '2024-01-31',
    ids,
    columns: { hours: ids.map((_, i) => i) },
    labels: ids.map((_, i) => labelOf(i)),
  }
}

describe('held-out rows', () => {
  it('are those of held-out users with a label', () => {
    const found = heldOutRows(
      frame((i) => (i % 10 === 0 ? null : i % 3 === 0 ? 1 : 0)),
      [split],
    )
    const expected = ids.filter((id, i) => isHeldOut(id, 'weir', 0.25) && i % 10 !== 0)
    expect(found.ids).toEqual(expected)
    expect(found.ids.length).toBeGreaterThan(20)
    for (const [i, id] of found.ids.entries()) {
      const at = ids.indexOf(id)
      expect(found.columns.hours?.at(i)).toBe(at)
      expect(found.labels[i]).toBe(at % 3 === 0 ? 1 : 0)
    }
  })

  it('are held out by every split', () => {
    const other = { held_out: 0.5, salt: 'another' }
    const found = heldOutRows(
      frame((i) => (i % 2) as 0 | 1),
      [split, other],
    )
    const expected = ids.filter(
      (id) => isHeldOut(id, 'weir', 0.25) && isHeldOut(id, 'another', 0.5),
    )
    expect(expected.length).toBeGreaterThan(5)
    expect(found.ids).toEqual(expected)
  })

  it.each([
    ['a period without labels', () => null, split, 'NO_LABELS'],
    ['one class', () => 1, split, 'ONE_CLASS'],
    ['nobody held out', (i) => (i % 2) as 0 | 1, { ...split, held_out: 0 }, 'NO_HELD_OUT'],
  ] as [
    string,
    (i: number) => 0 | 1 | null,
    typeof split,
    string,
  ][])('%s is refused with a place and a hint', (_name, labelOf, chosen, code) => {
    expect(() => heldOutRows(frame(labelOf), [chosen])).toThrow(
      expect.objectContaining({
        code,
        where: 'features 2024-01-31',
        hint: expect.any(String),
      }),
    )
  })
})
