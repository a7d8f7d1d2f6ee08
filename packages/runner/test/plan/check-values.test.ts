// Values against the schemas that cells give: every misfit in one line, and one cell's schema is none of another's.
import { Type } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { compiled, misfits } from '../../src/plan/check-values.ts'

const TRAIN = Type.Object(
  {
    rate: Type.Number({ exclusiveMinimum: 0 }),
    kind: Type.Union([Type.Literal('mlp'), Type.Literal('tree')]),
    layers: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))),
  },
  { additionalProperties: false },
)

describe('misfits', () => {
  it('are none of a value that fits', () => {
    expect(misfits(TRAIN, { rate: 0.1, kind: 'mlp' })).toBeUndefined()
    expect(misfits(TRAIN, { rate: 0.1, kind: 'tree', layers: [8, 4] })).toBeUndefined()
  })

  it('are all named at once, with their place', () => {
    const said = misfits(TRAIN, { rate: 0, layers: [8, 0.5], extra: 1 })
    expect(said).toContain('params: the key kind is missing')
    expect(said).toContain('params.rate: expected a number above 0, found 0')
    expect(said).toContain('params.layers.1: expected an integer of at least 1, found 0.5')
    expect(said).toContain("params: unknown key 'extra'")
    expect(said).not.toContain('\n')
  })

  it.each(['0.1', true, null])('a value is never converted: %j is no number', (rate) => {
    expect(misfits(TRAIN, { rate, kind: 'mlp' })).toContain(
      'params.rate: expected a number above 0, found ',
    )
  })

  it('are those of the schema itself where it is none', () => {
    expect(misfits({ type: 'numbre' }, 1)).toContain('schema is invalid')
    expect(misfits({ $ref: '#/nowhere' }, 1)).toContain("can't resolve reference")
  })
})

it('schemas of several cells may have one $id, also after one that is wrong', () => {
  const schema = (type: string) => ({ $id: 'params', type })
  expect(misfits(schema('number'), 1)).toBeUndefined()
  expect(misfits(schema('nonsense'), 1)).toContain('invalid')
  expect(misfits(schema('string'), 'x')).toBeUndefined()
  expect(misfits(schema('string'), 1)).toBe('params: expected a string, found 1')
  expect(typeof compiled(schema('number'))).toBe('function')
})
