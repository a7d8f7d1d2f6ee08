// A score that is no number is none: drift.json says null, which its schema allows, and never NaN.
import { expect, it } from 'vitest'
import { scoreDataset } from '../../src/drift/dataset.ts'

it('has a null score where a distance cannot be told from the largest numbers', () => {
  const column = {
    name: 'hours',
    kind: 'numeric' as const,
    reference: [-Number.MAX_VALUE, -Number.MAX_VALUE],
    current: [Number.MAX_VALUE, Number.MAX_VALUE],
  }
  const settings = { preset: 'evidently', all: { method: 'wasserstein' } } as const
  expect(scoreDataset([column], settings).columns[0]).toMatchObject({
    score: null,
    n_ref: 2,
    n_cur: 2,
  })
})
