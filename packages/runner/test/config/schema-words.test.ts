// What is said of values that a schema refuses: what is allowed, what was found, and the nearest that is allowed.
import { Type } from '@sinclair/typebox'
import { formFault } from '@weir/base/forms'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { schemaProblems } from '../../src/config/schema-errors.ts'

const Kind = Type.Union([Type.Literal('logistic'), Type.Literal('mlp'), Type.Literal('none')])
const Unsafe = Type.Unsafe({ type: 'string', enum: ['copy', 'hard'] })
const Maybe = Type.Union([Kind, Type.Null()])
const Model = Type.Union([
  Type.Object({ kind: Type.Literal('mlp'), layers: Type.Array(Type.Integer()) }),
  Type.Object({ kind: Type.Literal('tree'), depth: Type.Integer({ minimum: 1 }) }),
])
const Month = Type.String({ pattern: '^\\d{4}-\\d\\d$', description: 'a month such as 2024-01' })

/** A schema, a value, what is said of it, and the hint. */
const CASES: [schema: object, value: unknown, says: string, hint?: string][] = [
  [
    Kind,
    'logistc',
    'expected logistic or mlp or none, found "logistc"',
    "did you mean 'logistic'?",
  ],
  [Kind, 'tree', 'expected logistic or mlp or none, found "tree"'],
  [Kind, 3, 'expected logistic or mlp or none, found 3'],
  [Unsafe, 'hrad', 'expected copy or hard, found "hrad"', "did you mean 'hard'?"],
  [Unsafe, 7, 'expected copy or hard, found 7'],
  [Maybe, 'MLP', 'expected logistic or mlp or none or null, found "MLP"', "did you mean 'mlp'?"],
  [Type.Literal(2), '2', 'expected 2, found "2"', "did you mean '2'?"],
  [Type.Union([Type.Literal('1'), Type.Literal('true')]), 1, 'expected "1" or "true", found 1'],
  [Type.Integer(), '12', 'expected an integer, found "12"', 'write the number without quotes: 12'],
  [Type.Integer(), 1.5, 'expected an integer, found 1.5'],
  [Type.Boolean(), 'yes', 'expected a boolean, found "yes"', 'write true or false, without quotes'],
  [Type.Number({ minimum: 0, maximum: 1 }), 2, 'expected a number from 0 to 1, found 2'],
  [
    Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    1,
    'expected a number above 0 and below 1, found 1',
  ],
  [Type.Number({ maximum: 1 }), 2, 'expected a number of at most 1, found 2'],
  [Type.Integer({ multipleOf: 5 }), 7, 'expected an integer, a multiple of 5, found 7'],
  [Type.String({ minLength: 1 }), '', 'expected a string that is not empty, found ""'],
  [
    Type.String({ minLength: 2, maxLength: 4 }),
    'a',
    'expected a string of 2 to 4 characters, found "a"',
  ],
  [
    Type.Array(Type.Any(), { minItems: 1, maxItems: 2 }),
    [],
    'expected a list of 1 to 2 values, found []',
  ],
  [Month, '2024', 'expected a month such as 2024-01, found "2024"'],
  [Type.Union([Type.Number(), Type.Null()]), [], 'expected a number or null, found []'],
]

function byAjv(schema: object, value: unknown) {
  const check = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(schema)
  return check(value) ? [] : schemaProblems(check.errors ?? [])
}

describe('a value that a schema refuses', () => {
  it.each(CASES)('%j: %j', (schema, value, says, hint) => {
    const [problem, ...more] = byAjv(Type.Object({ a: schema as never }), { a: value })
    expect(more).toEqual([])
    expect(problem).toMatchObject({ path: ['a'], kind: 'value', message: says })
    expect(problem?.hint).toBe(hint)
    // What reads documents by TypeBox, which does not know Type.Unsafe, says the same.
    if (schema === Unsafe) return
    const sentence = `/a: ${says}${hint === undefined ? '' : ` (${hint})`}`
    expect(formFault(Type.Object({ a: schema as never }), { a: value })).toBe(sentence)
  })

  it('of several maps: by the one whose fixed values it has', () => {
    const [problem, ...more] = byAjv(Model, { kind: 'tree', depth: '3' })
    expect(more).toEqual([])
    const hint = 'write the number without quotes: 3'
    expect(problem).toMatchObject({
      path: ['depth'],
      message: 'expected an integer of at least 1, found "3"',
      hint,
    })
  })

  it('a key that there is not, and one that is missing', () => {
    const strict = Type.Object({ epochs: Type.Integer() }, { additionalProperties: false })
    expect(byAjv(strict, { epohcs: 1 })).toMatchObject([
      { path: ['epochs'], kind: 'missing', message: 'the key epochs is missing' },
      {
        path: ['epohcs'],
        kind: 'unknown',
        message: "unknown key 'epohcs'",
        hint: "did you mean 'epochs'?",
      },
    ])
  })

  it('by a rare keyword: in the words of Ajv, with the value', () => {
    expect(byAjv({ not: { type: 'string' } }, 'x')).toMatchObject([
      { message: 'must NOT be valid, found "x"' },
    ])
  })
})
