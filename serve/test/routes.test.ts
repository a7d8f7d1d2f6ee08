// The GET routes, wrong routes and methods, and what the server says before it is ready.
import { beforeAll, describe, expect, it } from 'vitest'
import { appOf, NAME, type Project, project, promote, writeOnline } from './rig.ts'

let home: Project
let server: Awaited<ReturnType<typeof appOf>>
beforeAll(async () => {
  home = project()
  await promote(home, 2)
  await writeOnline(home.features)
  server = await appOf(home)
})

describe('GET /features/:user_id', () => {
  it('gives the values with the date and age of each view', async () => {
    expect(await server.get('/features/ann')).toEqual({
      status: 200,
      body: {
        user_id: 'ann',
        features: { months: 12, tv: null, net: 'DSL', hours: 3.5 },
        as_of: { profile: '2024-01-31', usage: '2024-01-31' },
        age_days: { profile: 0, usage: 0 },
        expired: [],
      },
    })
  })

  it('holds the ttl: expired values are null, and named', async () => {
    expect((await server.get('/features/old')).body).toEqual({
      user_id: 'old',
      features: { months: 12, tv: false, net: 'Fiber', hours: null },
      as_of: { profile: '2022-01-31', usage: '2023-11-30' },
      age_days: { profile: 730, usage: 62 },
      expired: ['usage'],
    })
    expect((await server.send({ user_id: 'old' })).body.features_used.hours).toBeNull()
  })

  it('tells values that never were from values that expired', async () => {
    expect((await server.get('/features/new')).body).toMatchObject({
      features: { hours: null },
      as_of: { usage: null },
      age_days: { usage: null },
      expired: [],
    })
  })

  it('holds the ttl to the day: 35 days are fresh, 36 are not', async () => {
    const other = project()
    await promote(other, 2)
    for (const [oldUsage, expired] of [
      ['2023-12-27', []],
      ['2023-12-26', ['usage']],
    ] as const) {
      await writeOnline(other.features, { oldUsage })
      const { get } = await appOf(other)
      expect((await get('/features/old')).body.expired).toEqual(expired)
    }
  })

  it('is a 404 for an unknown user, and for an id that is too long or not decodable a 400', async () => {
    expect(await server.get('/features/eve')).toMatchObject({
      status: 404,
      body: { error: { code: 'ENTITY_UNKNOWN' } },
    })
    for (const id of ['x'.repeat(600), '%ff']) {
      expect(await server.get(`/features/${id}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'URL_INVALID' } },
      })
    }
  })
})

describe('GET /model, /health, /ready, /metrics', () => {
  it('/model says what is served', async () => {
    const version = (await home.registry.state()).get(NAME)?.versions.get(1)
    expect((await server.get('/model')).body).toMatchObject({
      name: NAME,
      version: 1,
      digest: version?.digest,
      as_of: '2024-01-31',
      entity: 'user_id',
      threshold: 0.5,
      features: [{ name: 'months', type: 'integer' }, {}, {}, {}],
      refused: null,
    })
  })

  it('/health is alive, /ready is ready', async () => {
    expect(await server.get('/health')).toEqual({ status: 200, body: { status: 'alive' } })
    expect(await server.get('/ready')).toEqual({
      status: 200,
      body: {
        ready: true,
        model: { name: NAME, version: 1 },
        features: { as_of: '2024-01-31', rows: 4 },
        refused: { model: null, features: null },
      },
    })
  })

  it('/metrics counts requests by route and status, and names the model', async () => {
    const { app, get, send } = await appOf(home)
    await send({ user_id: 'ann' })
    await send({ user_id: 'eve' })
    await get('/features/ann')
    await get('/nowhere')
    const text = (await app.inject('/metrics')).body
    expect(text).toContain('api_requests_total{method="POST",route="/predict",status="200"} 1')
    expect(text).toContain('api_requests_total{method="POST",route="/predict",status="404"} 1')
    expect(text).toContain('api_requests_total{method="GET",route="/features/:id",status="200"} 1')
    expect(text).toContain('api_requests_total{method="GET",route="unknown",status="404"} 1')
    expect(text).toContain('api_request_latency_seconds_count{method="POST",route="/predict"} 2')
    expect(text).toContain('api_predictions_total{version="1",prediction="1"} 1')
    expect(text).toMatch(/api_model_info\{name="tiny_churn",version="1",digest="[0-9a-f]{64}"\} 1/)
    expect(text).toContain('api_online_rows 4')
  })
})

describe('a route', () => {
  it('that does not exist is a 404', async () => {
    expect(await server.get('/predictions?x=1')).toMatchObject({
      status: 404,
      body: { error: { code: 'ROUTE_UNKNOWN', message: 'no route GET /predictions' } },
    })
  })

  it.each([
    ['GET', '/predict', 'POST'],
    ['DELETE', '/predict', 'POST'],
    ['POST', '/model', 'GET, HEAD'],
    ['PUT', '/features/ann', 'GET, HEAD'],
  ] as const)('asked with %s %s is a 405', async (method, url, allow) => {
    const reply = await server.app.inject({ method, url })
    expect([reply.statusCode, reply.headers.allow]).toEqual([405, allow])
    expect(reply.json().error.code).toBe('METHOD_NOT_ALLOWED')
  })

  it('answers HEAD where it answers GET', async () => {
    expect((await server.app.inject({ method: 'HEAD', url: '/ready' })).statusCode).toBe(200)
  })
})

describe('before there is', () => {
  const codes = (body: { error: { details: { code: string }[] } }) =>
    body.error.details.map((one) => one.code)

  it('anything, the server is alive, not ready, and says what to do', async () => {
    const { get, send } = await appOf(project())
    expect((await get('/health')).status).toBe(200)
    const { status, body } = await get('/ready')
    expect(status).toBe(503)
    expect(codes(body)).toEqual(['MODEL_NOT_READY', 'FEATURES_NOT_READY'])
    expect(body.error.message).toContain('npm run pipeline')
    expect(await send({ user_id: 'ann' })).toMatchObject({
      status: 503,
      body: { error: { code: 'MODEL_NOT_READY' } },
    })
    expect((await get('/model')).status).toBe(503)
    expect((await get('/features/ann')).status).toBe(503)
  })

  it('a feature table, features are predicted and users are not', async () => {
    const other = project()
    await promote(other, 2)
    const { get, send } = await appOf(other)
    expect(codes((await get('/ready')).body)).toEqual(['FEATURES_NOT_READY'])
    const row = { months: 1, tv: true, net: 'No', hours: 0 }
    expect((await send({ features: row })).status).toBe(200)
    expect(await send({ user_id: 'ann' })).toMatchObject({
      status: 503,
      body: { error: { code: 'FEATURES_NOT_READY' } },
    })
  })

  it('a table that fits the model, users are not predicted', async () => {
    const other = project()
    await promote(other, 2)
    await writeOnline(other.features, { drop: 'hours' })
    const { get, send } = await appOf(other)
    expect(codes((await get('/ready')).body)).toEqual(['FEATURES_MISMATCH'])
    expect(await send({ user_id: 'ann' })).toMatchObject({
      status: 503,
      body: {
        error: {
          code: 'FEATURES_MISMATCH',
          details: [{ message: expect.stringContaining('hours') }],
        },
      },
    })
  })
})
