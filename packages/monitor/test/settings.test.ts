// What the monitor reads of a project's params and environment, and how it refuses the rest; which periods are due.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duePeriods } from '../src/periods.ts'
import { monitorSettings } from '../src/settings.ts'

const VALUES = {
  as_of: '2024-01-31',
  data: { definition: 'data/x.yaml', source: '/exports' },
  promote: { name: 'churn' },
}
const settings = (values: object = {}, env: Record<string, string> = {}) =>
  monitorSettings({ root: '/p', values: { ...VALUES, ...values } }, env)

describe('monitorSettings', () => {
  it('has defaults for all that is not said', () => {
    expect(settings()).toEqual({
      root: '/p',
      asOf: '2024-01-31',
      definition: '/p/data/x.yaml',
      source: '/exports',
      store: '/p/models',
      name: 'churn',
      until: 'promote',
      predictions: '/p/predictions',
      f1Floor: null,
      webhooks: [],
    })
  })

  it('takes what is said', () => {
    const monitor = { until: 'decide', predictions: '/logs', f1_floor: 0.6 }
    expect(settings({ monitor })).toMatchObject({
      until: 'decide',
      predictions: '/logs',
      f1Floor: 0.6,
    })
  })

  it.each([
    [{ as_of: undefined }, 'PARAM_MISSING', 'as_of'],
    [{ data: { definition: 'x' } }, 'PARAM_MISSING', 'data.source'],
    [{ promote: {} }, 'PARAM_MISSING', 'promote.name'],
    [{ monitor: { until: 3 } }, 'PARAM_INVALID', 'monitor.until'],
    [{ monitor: { f1_floor: 60 } }, 'PARAM_INVALID', 'monitor.f1_floor'],
    [{ monitor: { f1_floor: '0.6' } }, 'PARAM_INVALID', 'monitor.f1_floor'],
  ])('refuses %o', (values, code, param) => {
    expect(() => settings(values)).toThrowError(expect.objectContaining({ code, param }))
  })

  it('reads webhooks, and tells each by its host alone', () => {
    const env = {
      WEIR_WEBHOOKS: ' https://hooks.slack.com/services/T/B/X\nhttp://10.0.0.1:99/y ',
      WEIR_WEBHOOK_SECRET: 'key',
    }
    expect(settings({}, env).webhooks).toEqual([
      {
        url: 'https://hooks.slack.com/services/T/B/X',
        host: 'hooks.slack.com',
        place: 'hooks.slack.com',
        secret: 'key',
      },
      { url: 'http://10.0.0.1:99/y', host: '10.0.0.1:99', place: '10.0.0.1:99', secret: 'key' },
    ])
  })

  it('tells webhooks of one host apart, and takes an address once', () => {
    const [a, b] = ['https://hooks.slack.com/services/T/B/X', 'https://hooks.slack.com/services/Y']
    const places = settings({}, { WEIR_WEBHOOKS: `${a} ${b} ${a}` }).webhooks.map(
      ({ place }) => place,
    )
    // printf %s URL | sha256sum
    expect(places).toEqual(['hooks.slack.com#95e173ff', 'hooks.slack.com#d4a6d4de'])
  })

  it.each([
    'hooks.slack.com/x',
    'ftp://h/x',
    'https://',
  ])('refuses the webhook %s unsaid', (url) => {
    expect(() => settings({}, { WEIR_WEBHOOKS: url })).toThrowError(
      expect.objectContaining({
        code: 'WEBHOOK_INVALID',
        message: expect.not.stringContaining(url),
      }),
    )
  })
})

describe('duePeriods', () => {
  const MONTHS = ['2024-01-31', '2024-02-29', '2024-03-31']

  it.each([
    [MONTHS, null, '2024-02-29', ['2024-02-29', '2024-03-31']],
    [[], null, '2024-01-31', ['2024-01-31']],
    [MONTHS, '2024-02-29', '2024-01-31', ['2024-02-29', '2024-03-31']],
    [MONTHS, '2024-03-31', '2024-01-31', ['2024-03-31']],
  ])('of %o after %o, begun with %s, are %o', (present, processed, asOf, expected) => {
    expect(duePeriods(present, processed, asOf)).toEqual(expected)
  })

  it('begin with the newest processed one, rise, and leave no newer one out', () => {
    const month = fc.constantFrom(...MONTHS, '2023-12-31', '2024-04-30')
    fc.assert(
      fc.property(fc.array(month), fc.option(month), month, (present, processed, asOf) => {
        const due = duePeriods(present, processed, asOf)
        expect(due[0]).toBe(processed ?? asOf)
        expect(due).toEqual([...new Set(due)].sort())
        for (const period of present) if (period > (due[0] ?? '')) expect(due).toContain(period)
      }),
    )
  })
})
