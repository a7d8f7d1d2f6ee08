// POST /predict: good requests get exactly the documented answer, bad ones every problem at once.
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { ERRORS } from '../src/errors.ts'
import { appOf, FEATURES, NAME, probabilityOf, project, promote, ROW, writeOnline } from './rig.ts'

let server: Awaited<ReturnType<typeof appOf>>
beforeAll(async () => {
  const home = project()
  await promote(home, 2)
  await writeOnline(home.features)
  server = await appOf(home)
})

const model = { name: NAME, version: 1 }

describe('a good request', () => {
  it('by id gets the prediction and the features that were used', async () => {
    expect(await server.send({ user_id: 'ann' })).toEqual({
      status: 200,
      body: {
        user_id: 'ann',
        prediction: 1,
        probability: expect.closeTo(probabilityOf(2, 12), 12),
        model,
        features_used: ROW,
      },
    })
  })

  it('has its keys in the documented order', async () => {
    const { body } = await server.send({ user_id: 'ann' })
    expect(Object.keys(body)).toEqual([
      'user_id',
      'prediction',
      'probability',
      'model',
      'features_used',
    ])
    expect(Object.keys(body.features_used)).toEqual(FEATURES.map((feature) => feature.name))
  })

  it('with features gets the same without an id', async () => {
    expect(await server.send({ features: { ...ROW, months: 60 } })).toEqual({
      status: 200,
      body: {
        prediction: 0,
        probability: expect.closeTo(probabilityOf(2, 60), 12),
        model,
        features_used: { ...ROW, months: 60 },
      },
    })
  })

  it('for many gets an answer each, in order', async () => {
    const instances = [{ user_id: 'bob' }, { features: ROW }, { user_id: 'ann' }]
    const { status, body } = await server.send({ instances })
    expect(status).toBe(200)
    expect(body.predictions.map((one: { probability: number }) => one.probability)).toEqual(
      [60, 12, 12].map((months) => expect.closeTo(probabilityOf(2, months), 12)),
    )
    expect(body.predictions[0]).toEqual((await server.send({ user_id: 'bob' })).body)
    expect(body.predictions[1]).not.toHaveProperty('user_id')
  })

  it('is noted for labels that come later, where an entity is asked for and the answer was given', async () => {
    const before = server.noted.length
    const features = { ...ROW }
    await server.send({ instances: [{ user_id: 'ann' }, { features }, { user_id: 'bob' }] })
    await server.send({ features })
    await server.send({ user_id: 'nobody' })
    const noted = server.noted.slice(before)
    expect(noted.map(({ entity }) => entity)).toEqual(['ann', 'bob'])
    const [ann, bob] = noted
    expect(ann).toEqual({
      request: bob?.request,
      model: NAME,
      version: 1,
      entity: 'ann',
      as_of: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      probability: expect.closeTo(probabilityOf(2, 12), 12),
      prediction: 1,
    })
  })

  it('may ask for 1,000 and no more', async () => {
    const instances = Array.from({ length: 1000 }, () => ({ user_id: 'ann' }))
    expect((await server.send({ instances })).body.predictions).toHaveLength(1000)
    expect(await server.send({ instances: [...instances, { user_id: 'ann' }] })).toMatchObject({
      status: 413,
      body: { error: { code: 'INSTANCES_TOO_MANY' } },
    })
  })
})

describe('an unknown user', () => {
  it('is a 404', async () => {
    expect(await server.send({ user_id: 'eve' })).toEqual({
      status: 404,
      body: {
        error: {
          code: 'ENTITY_UNKNOWN',
          message: 'no user_id "eve"',
          details: [{ code: 'ENTITY_UNKNOWN', path: '/user_id', message: 'no user_id "eve"' }],
        },
      },
    })
  })

  it('among many is named with the others', async () => {
    const { status, body } = await server.send({
      instances: [{ user_id: 'eve' }, { user_id: 'ann' }, { user_id: '' }],
    })
    expect(status).toBe(404)
    expect(body.error.details.map((one: { path: string }) => one.path)).toEqual([
      '/instances/0/user_id',
      '/instances/2/user_id',
    ])
  })

  it.each(['__proto__', 'constructor', 'toString'])('may be called %s', async (id) => {
    expect((await server.send({ user_id: id })).status).toBe(404)
  })
})

describe('a key that is a whole number', () => {
  let numbered: typeof server
  beforeAll(async () => {
    const home = project()
    await promote(home, 2)
    await writeOnline(home.features, { numbered: true })
    numbered = await appOf(home)
  })

  it.each([2, '2'])('may be asked for as %j, and stands so in the answer', async (id) => {
    const { status, body } = await numbered.send({ user_id: id })
    expect([status, body.user_id, body.features_used.months]).toEqual([200, id, 60])
    const { body: many } = await numbered.send({ instances: [{ user_id: id }] })
    expect(many.predictions).toEqual([body])
  })

  it('is a 404 when unknown, whichever way it is written', async () => {
    const { status, body } = await numbered.send({ instances: [{ user_id: 9 }, { user_id: '9' }] })
    expect(status).toBe(404)
    expect(body.error.details.map((one: { message: string }) => one.message)).toEqual([
      'no user_id 9',
      'no user_id "9"',
    ])
  })

  it.each([1.5, 2 ** 53, true, null, [2], { id: 2 }])('is not %j', async (id) => {
    const { status, body } = await numbered.send({ user_id: id })
    expect([status, body.error.details[0].code]).toEqual([400, 'FIELD_TYPE'])
  })

  it('is not expected of a table whose key is a text', async () => {
    const { status, body } = await server.send({ user_id: 2 })
    expect([status, body.error.details[0].code]).toEqual([400, 'FIELD_TYPE'])
  })

  it('gets the reason when there is no table to look it up in', async () => {
    const home = project()
    await promote(home, 2)
    const { send } = await appOf(home)
    expect((await send({ user_id: 2 })).body.error.code).toBe('FEATURES_NOT_READY')
  })
})

describe('features that do not fit', () => {
  const cases: [string, Record<string, unknown>, string, string][] = [
    ['a missing one', { hours: undefined }, 'FEATURE_MISSING', '/features/hours'],
    ['an unknown one', { hour: 1 }, 'FEATURE_UNKNOWN', '/features/hour'],
    ['a text for a number', { hours: '3.5' }, 'FEATURE_TYPE', '/features/hours'],
    ['a number for a boolean', { tv: 1 }, 'FEATURE_TYPE', '/features/tv'],
    ['a text for a boolean', { tv: 'true' }, 'FEATURE_TYPE', '/features/tv'],
    ['a boolean for a number', { hours: true }, 'FEATURE_TYPE', '/features/hours'],
    ['a fraction for a whole number', { months: 1.5 }, 'FEATURE_TYPE', '/features/months'],
    ['a number for a category', { net: 7 }, 'FEATURE_TYPE', '/features/net'],
    ['a list for a number', { hours: [1] }, 'FEATURE_TYPE', '/features/hours'],
    ['an object for a category', { net: {} }, 'FEATURE_TYPE', '/features/net'],
    ['a null that may not be', { hours: null }, 'FEATURE_TYPE', '/features/hours'],
    ['too small a number', { hours: -0.1 }, 'FEATURE_RANGE', '/features/hours'],
    ['too large a number', { months: 1201 }, 'FEATURE_RANGE', '/features/months'],
    ['an unknown level', { net: 'fibre' }, 'FEATURE_LEVEL', '/features/net'],
  ]
  it.each(cases)('%s is refused', async (_, change, code, path) => {
    const { status, body } = await server.send({ features: { ...ROW, ...change } })
    expect(status).toBe(422)
    expect(body.error.code).toBe('FEATURES_INVALID')
    expect(body.error.details).toEqual([{ code, path, message: expect.any(String) }])
  })

  it('name the nearest known feature and level', async () => {
    const { body } = await server.send({ features: { ...ROW, net: 'fiber', hourz: 1 } })
    const messages = body.error.details.map((one: { message: string }) => one.message).join('\n')
    expect(messages).toContain('did you mean "Fiber"?')
    expect(messages).toContain('did you mean "hours"?')
  })

  it('are told all at once, of all instances', async () => {
    const { status, body } = await server.send({
      instances: [
        { features: { months: -1, net: 'x', tv: 3 } },
        { user_id: 'ann' },
        { features: { ...ROW, extra: 1 } },
      ],
    })
    expect(status).toBe(422)
    const found = body.error.details.map(
      (one: { code: string; path: string }) => `${one.code} ${one.path}`,
    )
    expect(found.sort()).toEqual([
      'FEATURE_LEVEL /instances/0/features/net',
      'FEATURE_MISSING /instances/0/features/hours',
      'FEATURE_RANGE /instances/0/features/months',
      'FEATURE_TYPE /instances/0/features/tv',
      'FEATURE_UNKNOWN /instances/2/features/extra',
    ])
  })

  it('a number that no float can hold is refused', async () => {
    const payload = JSON.stringify({ features: ROW }).replace('3.5', '1e999')
    const headers = { 'content-type': 'application/json' }
    const reply = await server.app.inject({ method: 'POST', url: '/predict', payload, headers })
    expect(reply.statusCode).toBe(422)
    expect(reply.json().error.details[0].path).toBe('/features/hours')
  })
})

describe('a body of the wrong form', () => {
  const cases: [string, unknown, string[]][] = [
    ['an empty object', {}, ['FIELD_MISSING']],
    ['a list', [{ user_id: 'ann' }], ['FIELD_TYPE']],
    ['an unknown field', { user_id: 'ann', verbose: true }, ['FIELD_UNKNOWN']],
    ['a mistyped field', { userid: 'ann' }, ['FIELD_UNKNOWN', 'FIELD_MISSING']],
    ['two forms', { user_id: 'ann', features: ROW }, ['FIELD_CONFLICT']],
    ['many and one', { instances: [{ user_id: 'ann' }], user_id: 'ann' }, ['FIELD_CONFLICT']],
    ['a number for an id', { user_id: 7590 }, ['FIELD_TYPE']],
    ['null for an id', { user_id: null }, ['FIELD_TYPE']],
    ['features that are a list', { features: [1] }, ['FIELD_TYPE']],
    ['no instances', { instances: [] }, ['FIELD_TYPE']],
    ['instances that are an object', { instances: {} }, ['FIELD_TYPE']],
    ['a nested list', { instances: [{ instances: [] }] }, ['FIELD_UNKNOWN', 'FIELD_MISSING']],
    ['instances that are texts', { instances: ['ann', 'bob'] }, ['FIELD_TYPE', 'FIELD_TYPE']],
  ]
  it.each(cases)('%s is a 400', async (_, payload, codes) => {
    const { status, body } = await server.send(payload)
    expect(status).toBe(400)
    expect(body.error.code).toBe('REQUEST_INVALID')
    expect(body.error.details.map((one: { code: string }) => one.code)).toEqual(codes)
  })
})

describe('any body at all', () => {
  const any = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .dictionary(fc.constantFrom('user_id', 'features', 'instances', 'x'), fc.jsonValue())
      .map((body) => JSON.stringify(body)),
    fc
      .dictionary(fc.constantFrom('months', 'tv', 'net', 'hours', 'x'), fc.jsonValue())
      .map((features) => JSON.stringify({ instances: [{ features }, { features }] })),
  )

  it('gets an answer or a coded refusal, never a 500', async () => {
    const headers = { 'content-type': 'application/json' }
    const check = async (payload: string) => {
      const reply = await server.app.inject({ method: 'POST', url: '/predict', payload, headers })
      expect([200, 400, 404, 413, 422]).toContain(reply.statusCode)
      if (reply.statusCode !== 200) expect(ERRORS).toHaveProperty(reply.json().error.code)
    }
    await fc.assert(fc.asyncProperty(any, check), { numRuns: 300 })
  })
})

describe('a body that is no JSON request', () => {
  const post = async (payload: string, type = 'application/json') => {
    const headers = type === '' ? {} : { 'content-type': type }
    const reply = await server.app.inject({ method: 'POST', url: '/predict', payload, headers })
    return [reply.statusCode, reply.json().error.code]
  }

  it.each([
    ['half a text', '{"user_id": "an', [400, 'BODY_NOT_JSON']],
    ['no text', '', [400, 'BODY_EMPTY']],
    ['a poisoned text', '{"__proto__": {"x": 1}, "user_id": "ann"}', [400, 'BODY_NOT_JSON']],
    ['a bare word', 'ann', [400, 'BODY_NOT_JSON']],
    ['null', 'null', [400, 'REQUEST_INVALID']],
  ])('%s is refused', async (_, payload, answer) => {
    expect(await post(payload)).toEqual(answer)
  })

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
  ])('the type %s is a 415', async (type) =>
    expect(await post('user_id=ann', type)).toEqual([415, 'BODY_TYPE']))

  it('nothing at all is a 400', async () => {
    const reply = await server.app.inject({ method: 'POST', url: '/predict' })
    expect([reply.statusCode, reply.json().error.code]).toEqual([400, 'BODY_EMPTY'])
  })

  // Were the work quadratic in the mistakes, the test's own timeout would end it.
  it.each([
    ['with 100,000 unknown features', `{"features":${mistakes(100_000)}}`, 422],
    ['with 100,000 unknown fields', mistakes(100_000), 400],
    ['of 1,000 rows of mistakes', `{"instances":[${rowsOfMistakes(1000)}]}`, 422],
    ['with a name of a megabyte', `{"features":{"${'x'.repeat(1_000_000)}":1}}`, 422],
    ['that is nested deep', `{"user_id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
  ])('one %s is refused', async (_, payload, status) => {
    const headers = { 'content-type': 'application/json' }
    const reply = await server.app.inject({ method: 'POST', url: '/predict', payload, headers })
    expect(reply.statusCode).toBe(status)
    expect(reply.json().error.details.length).toBeLessThanOrEqual(1000)
  })

  it('more than a megabyte is a 413', async () => {
    const payload = JSON.stringify({ user_id: 'x'.repeat(1024 * 1024) })
    expect(await post(payload)).toEqual([413, 'BODY_TOO_LARGE'])
  })
})

/** JSON of an object with so many unknown names. */
function mistakes(count: number): string {
  return `{${Array.from({ length: count }, (_, i) => `"${i.toString(36)}":1`).join(',')}}`
}

function rowsOfMistakes(count: number): string {
  return Array(count)
    .fill(`{"features":${mistakes(100)}}`)
    .join(',')
}
