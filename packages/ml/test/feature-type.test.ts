// A made-up feature type is encoded, profiled and compared by its one entry in the table of types.
import { featureSpecs, parseDefinition } from '@weir/formats/definition'
import { expect, test, vi } from 'vitest'
import { daysTo, MADE_UP } from '../../formats/test/made-up-type.ts'
import { driftColumns, scoreDataset } from '../src/drift/dataset.ts'
import { blockColumns, encodedWidth } from '../src/encoding/encoder.ts'
import { fitEncoder } from '../src/encoding/fit.ts'
import { columnEncoder } from '../src/encoding/transform.ts'
import { inconsistency } from '../src/model-consistency.ts'
import { profileOf } from '../src/profile.ts'

vi.mock('@weir/formats/column-types', async (original) => {
  const { withDay } = await import('../../formats/test/made-up-type.ts')
  return withDay(await original())
})

const specs = featureSpecs(parseDefinition(MADE_UP))
const columns = { age: [7, 40, 41], since: [null, daysTo('2020-02-29'), daysTo('2021-01-01')] }
const frame = { asOf: '2024-01-31', ids: ['a', 'b', 'c'], columns, labels: [0, 1, 0] as const }

test('the encoder gives it the block that the entry names', () => {
  const encoder = fitEncoder(specs, columns, { spans: 1 })
  const block = encoder.blocks.find(({ feature }) => feature === 'since')
  expect(block).toMatchObject({ kind: 'number', blank: true })
  expect(block && blockColumns(block)).toEqual(['since', 'since blank'])
  const inputs = encodedWidth(encoder.blocks)
  const out = new Float64Array(inputs)
  columnEncoder(encoder, columns)(1, out)
  expect(out.every(Number.isFinite)).toBe(true)
  const layer = { inputs, units: 1, activation: 'linear' as const, kernel: [...out], bias: [0] }
  const members = [{ name: 'one', kind: 'logistic' as const, weight: 1, layers: [layer] }]
  const calibration = { method: 'none' as const }
  expect(inconsistency({ features: specs, encoder, members, calibration })).toBeNull()
})

test('profile and drift take it as the numbers that it is', () => {
  expect(profileOf(specs, columns)[1]).toMatchObject({
    type: 'day',
    missing: 1,
    numeric: { min: daysTo('2020-02-29'), max: daysTo('2021-01-01') },
  })
  const since = scoreDataset(driftColumns(specs, 'left', frame, frame)).columns[1]
  expect(since).toMatchObject({ type: 'numeric', score: 0, drifted: false })
})
