// A body that is read: whatever fits is taken as it was sent, and all that does not is told with its place.
import type { FeatureSpec } from '@weir/formats/dataset'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { MAX_DETAILS, type Problem, ServeError } from '../src/errors.ts'
import { readRequest } from '../src/request.ts'
import { answerSchema, featureCheck, shown } from '../src/request-schema.ts'

const FEATURES: readonly FeatureSpec[] = [
  { name: 'hours', view: 'v', type: 'number', min: 0, max: 100, nullable: true },
  { name: 'devices', view: 'v', type: 'integer', min: 1, nullable: false },
  { name: 'member', view: 'v', type: 'boolean', nullable: true },
  { name: 'plan', view: 'v', type: 'category', levels: ['basic', 'premium'], nullable: false },
  { name: 'a/b~c', view: 'v', type: 'number', nullable: true },
]
const ROW = { hours: 3.5, devices: 2, member: null, plan: 'basic', 'a/b~c': null }
const check = featureCheck(FEATURES)
const grammar = { entity: 'user_id', wholeIds: false, check }

function refusal(body: unknown, wholeIds = false): ServeError {
  try {
    readRequest(body, { ...grammar, wholeIds })
  } catch (error) {
    if (error instanceof ServeError) return error
    throw error
  }
  throw new Error(`${JSON.stringify(body)} was taken`)
}

const places = (problems: readonly Problem[]) => problems.map(({ code, path }) => [code, path])

describe('features', () => {
  const row = fc.record({
    hours: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null }),
    devices: fc.integer({ min: 1 }),
    member: fc.option(fc.boolean(), { nil: null }),
    plan: fc.constantFrom('basic', 'premium'),
    'a/b~c': fc.option(fc.integer(), { nil: null }),
  })

  it('that fit are taken as they were sent', () => {
    fc.assert(
      fc.property(row, (features) => {
        expect(check(features, '/features')).toEqual([])
        const request = readRequest({ features }, grammar)
        expect(request).toEqual({ form: 'one', ask: { features } })
      }),
    )
  })

  it.each(Object.keys(ROW))('without %s name it', (name) => {
    const { [name]: _, ...rest } = ROW as Record<string, unknown>
    const path = `/features/${name.replace('~', '~0').replace('/', '~1')}`
    expect(places(check(rest, '/features'))).toEqual([['FEATURE_MISSING', path]])
  })

  it.each<[string, unknown, string]>([
    ['hours', '3', 'FEATURE_TYPE'],
    ['hours', true, 'FEATURE_TYPE'],
    ['hours', -0.1, 'FEATURE_RANGE'],
    ['hours', 100.1, 'FEATURE_RANGE'],
    ['devices', 1.5, 'FEATURE_TYPE'],
    ['devices', null, 'FEATURE_TYPE'],
    ['devices', 0, 'FEATURE_RANGE'],
    ['member', 1, 'FEATURE_TYPE'],
    ['member', 'true', 'FEATURE_TYPE'],
    ['plan', 'Basic', 'FEATURE_LEVEL'],
    ['plan', '', 'FEATURE_LEVEL'],
    ['plan', null, 'FEATURE_TYPE'],
    ['plan', ['basic'], 'FEATURE_TYPE'],
    ['a/b~c', {}, 'FEATURE_TYPE'],
  ])('with %s = %j are refused, once and not converted', (name, value, code) => {
    const path = `/features/${name.replace('~', '~0').replace('/', '~1')}`
    expect(places(check({ ...ROW, [name]: value }, '/features'))).toEqual([[code, path]])
  })

  it('tell a mistyped name or level what may be meant', () => {
    expect(check({ ...ROW, huors: 1 }, '')).toMatchObject([
      { code: 'FEATURE_UNKNOWN', path: '/huors', message: expect.stringContaining('"hours"?') },
    ])
    expect(check({ ...ROW, plan: 'premuim' }, '')).toMatchObject([
      { message: expect.stringContaining('did you mean "premium"?') },
    ])
  })

  it.each([null, 1, 'x', [], [ROW]])('are no %j', (value) => {
    expect(check(value, '/features')).toMatchObject([{ code: 'FIELD_TYPE', path: '/features' }])
  })
})

describe('the form of a body', () => {
  it.each<[unknown, string, string]>([
    [null, 'FIELD_TYPE', ''],
    [[], 'FIELD_TYPE', ''],
    ['u1', 'FIELD_TYPE', ''],
    [{}, 'FIELD_MISSING', ''],
    [{ user_id: 'u', features: ROW }, 'FIELD_CONFLICT', ''],
    [{ user_id: null }, 'FIELD_TYPE', '/user_id'],
    [{ user_id: 1 }, 'FIELD_TYPE', '/user_id'],
    [{ user_id: 'u', extra: 1 }, 'FIELD_UNKNOWN', '/extra'],
    [{ user_id: 'u', 'a/b~c': 1 }, 'FIELD_UNKNOWN', '/a~1b~0c'],
    [{ instances: {} }, 'FIELD_TYPE', '/instances'],
    [{ instances: [] }, 'FIELD_TYPE', '/instances'],
    [{ instances: [{ user_id: 'u' }], user_id: 'u' }, 'FIELD_CONFLICT', '/user_id'],
    [{ instances: [{ user_id: 'u' }, 7] }, 'FIELD_TYPE', '/instances/1'],
    [{ instances: [{ instances: [] }] }, 'FIELD_UNKNOWN', '/instances/0/instances'],
  ])('%j', (body, code, path) => {
    const { code: whole, details } = refusal(body)
    expect(whole).toBe('REQUEST_INVALID')
    expect(places(details)).toContainEqual([code, path])
  })

  it('is what counts where values are wrong too', () => {
    const wrong = { features: { ...ROW, devices: 0 } }
    expect(refusal(wrong).code).toBe('FEATURES_INVALID')
    expect(refusal({ ...wrong, extra: 1 }).code).toBe('REQUEST_INVALID')
  })

  it('may be nothing at all', () => expect(refusal(undefined).code).toBe('BODY_EMPTY'))
})

describe('an id', () => {
  const asked = (id: unknown) => readRequest({ user_id: id }, { ...grammar, wholeIds: true })

  it('that is a whole number may be asked for as one, or as a text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.string()), (id) => {
        expect(asked(id)).toEqual({ form: 'one', ask: { id } })
      }),
    )
  })

  it.each([1.5, 2 ** 53, null, true, []])('may not be %j', (id) => {
    expect(places(refusal({ user_id: id }, true).details)).toEqual([['FIELD_TYPE', '/user_id']])
  })
})

describe('many at once', () => {
  it('keep their order, users and features mixed', () => {
    const instances = [{ user_id: 'b' }, { features: ROW }, { user_id: 'a' }]
    expect(readRequest({ instances }, grammar)).toEqual({
      form: 'many',
      asks: [{ id: 'b' }, { features: ROW }, { id: 'a' }],
    })
  })

  it('are a thousand at most', () => {
    const of = (length: number) => ({ instances: Array.from({ length }, () => ({ user_id: 'u' })) })
    expect(readRequest(of(1000), grammar)).toMatchObject({ form: 'many' })
    expect(refusal(of(1001)).code).toBe('INSTANCES_TOO_MANY')
  })

  it('stop being read where there are more mistakes than are told', () => {
    // Two mistakes each: the limit is reached half-way.
    const instances = Array.from({ length: 900 }, () => ({ user_id: null, extra: 1 }))
    const { details } = refusal({ instances })
    expect(details).toHaveLength(MAX_DETAILS)
    expect(details.at(-1)?.path).toBe(`/instances/${MAX_DETAILS / 2 - 1}/user_id`)
  })
})

test('an answer has each feature in the type of its column, or null', () => {
  expect(answerSchema('user_id', FEATURES)).toMatchObject({
    properties: {
      user_id: { type: ['string', 'integer'] },
      features_used: {
        properties: {
          hours: { type: ['number', 'null'] },
          devices: { type: ['number', 'null'] },
          member: { type: ['boolean', 'null'] },
          plan: { type: ['string', 'null'] },
        },
      },
    },
  })
})

test('what is shown of a value is short', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(shown(value).length).toBeLessThan(61)
    }),
  )
  expect(shown('x'.repeat(1e6))).toBe(`"${'x'.repeat(56)}…`)
  expect([shown([1]), shown({ a: 1 }), shown(null), shown(undefined)]).toEqual([
    'a list',
    'an object',
    'null',
    'undefined',
  ])
})
