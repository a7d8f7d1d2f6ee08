// Charts: drawn to lean SVG without a screen, the same everywhere; what cannot be drawn is refused by code.
import { afterEach, describe, expect, it } from 'vitest'
import { drawChart } from '../../src/report/chart.ts'
import { chartTables, checkChart } from '../../src/report/chart-data.ts'
import { embedSvg, svgWidth } from '../../src/report/svg.ts'
import { inUtc } from '../../src/report/utc.ts'

const points = (count: number) => Array.from({ length: count }, (_, x) => ({ x, y: (x * 7) % 5 }))
const xy = {
  x: { field: 'x', type: 'quantitative' },
  y: { field: 'y', type: 'quantitative' },
}
const line = { data: { values: points(20) }, mark: 'line', encoding: xy }
const bars = {
  data: { values: points(5) },
  mark: { type: 'bar', cornerRadiusEnd: 4 },
  encoding: { ...xy, y: { field: 'x', type: 'nominal' } },
}

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

describe('drawChart', () => {
  it('draws marks and axes in the colours of the page, half a row wide', async () => {
    const svg = await drawChart(line)
    expect(svg).toMatch(/^<svg .*<\/svg>$/s)
    expect(svg).toContain('stroke="var(--c1)"')
    expect(svg).toContain('fill="var(--soft)"')
    expect(svgWidth(svg)).toBe(440)
  })

  it('gives equal bytes for equal specifications, whatever was drawn before', async () => {
    const first = await drawChart(bars)
    await drawChart(line)
    expect(await drawChart(bars)).toBe(first)
  })

  it('has no randomness of its own', async () => {
    const jitter = {
      data: { values: points(9) },
      transform: [{ calculate: 'random()', as: 'r' }],
      mark: 'point',
      encoding: { ...xy, y: { field: 'r', type: 'quantitative' } },
    }
    expect(await drawChart(jitter)).toBe(await drawChart(jitter))
  })

  it('draws times in UTC in every time zone', async () => {
    const values = ['2024-01-31', '2024-02-29', '2024-03-31'].map((month, n) => ({ month, n }))
    const months = {
      data: { values },
      mark: 'bar',
      encoding: {
        x: { field: 'month', type: 'temporal', timeUnit: 'yearmonth' },
        y: { field: 'n', type: 'quantitative' },
      },
    }
    process.env.TZ = 'America/Los_Angeles'
    expect(new Date(0).getTimezoneOffset()).toBe(480)
    const west = await drawChart(months)
    process.env.TZ = 'Asia/Tokyo'
    expect(new Date(0).getTimezoneOffset()).toBe(-540)
    expect(await drawChart(months)).toBe(west)
    expect(west).toContain('month (year-month): Jan 2024; n: 0')
  })

  it('moves spoken labels to tooltips, and leaves them out where marks are many', async () => {
    const dots = (count: number) => ({ ...line, mark: 'point', data: { values: points(count) } })
    expect(await drawChart(dots(3))).toContain('<title>x: 2; y: 4</title>')
    expect(await drawChart(dots(500))).not.toContain('<title>')
  })

  it('keeps hostile texts as texts', async () => {
    const evil = '</text><script>alert(1)</script> id="x" url(#y)'
    const svg = await drawChart({
      data: { values: [{ a: evil, b: 1 }] },
      mark: 'bar',
      title: evil,
      encoding: { x: { field: 'b', type: 'quantitative', title: evil }, y: { field: 'a' } },
    })
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt; id="x" url(#y)')
  })

  it.each([
    ['an unknown mark', { ...line, mark: 'nonsense' }],
    ['nothing at all', {}],
    [
      'an image from elsewhere',
      { ...line, mark: { type: 'image', url: 'https://x.example/a.png' } },
    ],
    ['a link', { ...line, mark: { type: 'point', href: 'https://x.example' } }],
    ['a broken expression', { ...line, transform: [{ calculate: 'datum.(', as: 'z' }] }],
  ])('refuses %s', async (_, spec) => {
    await expect(drawChart(spec)).rejects.toMatchObject({ code: 'CHART_INVALID' })
  })
})

describe('checkChart', () => {
  it('refuses more than 5,000 rows over all layers', () => {
    const layered = (count: number) => ({
      data: { values: points(2500) },
      layer: [{ mark: 'line' }, { mark: 'point', data: { values: points(count) } }],
    })
    expect(() => checkChart(layered(2500))).not.toThrow()
    expect(() => checkChart(layered(2501))).toThrow(/5001 data rows; at most 5000/)
    const named = { datasets: { a: points(6000) }, data: { name: 'a' } }
    expect(() => checkChart(named)).toThrow(/6000 data rows/)
  })

  it('refuses data by address, also in a layer or a lookup', () => {
    expect(() => checkChart({ data: { url: 'a.csv' } })).toThrow(/address/)
    const lookup = { transform: [{ lookup: 'a', from: { data: { url: 'b.csv' }, key: 'a' } }] }
    expect(() => checkChart({ layer: [lookup] })).toThrow(/address/)
  })

  it('does not take a column named url or data for an address', () => {
    const values = [{ url: 'https://x.y', data: { url: 'z' } }]
    expect(() => checkChart({ data: { values } })).not.toThrow()
  })
})

describe('chartTables', () => {
  it('lays out each data set once, with the union of its columns', () => {
    const values = [{ a: 1 }, { a: null, b: { c: 2 } }]
    const tables = chartTables({
      data: { values },
      layer: [{ data: { values } }, { data: { values: [3] } }],
    })
    expect(tables).toEqual([
      {
        columns: ['a', 'b'],
        rows: [
          [1, null],
          [null, '{"c":2}'],
        ],
      },
      { columns: ['value'], rows: [[3]] },
    ])
  })

  it('shows at most 100 rows and says so', () => {
    const [table] = chartTables(line.data === undefined ? {} : { data: { values: points(101) } })
    expect(table?.rows).toHaveLength(100)
    expect(table?.caption).toBe('The first 100 of 101 rows')
  })
})

describe('embedSvg', () => {
  it('gives two drawings ids of their own and a name', async () => {
    const svg = await drawChart(bars)
    const [one, two] = ['p', 'q'].map((prefix) => embedSvg(svg, prefix, 'A "bar" <chart>'))
    const ids = (text = '') => [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(ids(one).length).toBeGreaterThan(0)
    expect(ids(one).filter((id) => ids(two).includes(id))).toEqual([])
    for (const [, used] of (one ?? '').matchAll(/url\(#([^)]*)\)/g))
      expect(ids(one)).toContain(used)
    expect(one).toContain('role="img" aria-label="A &quot;bar&quot; &lt;chart&gt;"')
  })
})

describe('inUtc', () => {
  it('turns scales, time units and formats, and leaves data and other texts alone', () => {
    const spec = {
      data: [{ values: [{ type: 'time', signal: 'timeFormat(x)' }] }],
      scales: [{ name: 'x', type: 'time', range: 'width' }],
      transform: [
        { type: 'timeunit', units: ['year'] },
        { type: 'timeunit', timezone: 'local' },
      ],
      axes: [
        { formatType: 'time', encode: { signal: "timeFormat(datum.value, '%Y') + utcFormat(1)" } },
      ],
      title: 'timeFormat(x)',
    }
    expect(inUtc(spec)).toEqual({
      data: [{ values: [{ type: 'time', signal: 'timeFormat(x)' }] }],
      scales: [{ name: 'x', type: 'utc', range: 'width' }],
      transform: [
        { timezone: 'utc', type: 'timeunit', units: ['year'] },
        { type: 'timeunit', timezone: 'local' },
      ],
      axes: [
        { formatType: 'utc', encode: { signal: "utcFormat(datum.value, '%Y') + utcFormat(1)" } },
      ],
      title: 'timeFormat(x)',
    })
  })
})
