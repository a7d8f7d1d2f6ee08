// The drift report: it holds every column, in at most 2 MB whatever the rows; its small drawings.

import { join } from 'node:path'
import type { FeatureSpec } from '@weir/formats/dataset'
import { datasetDrift, figuresOf, measurePair, pairOf } from '@weir/ml/drift'
import { randomStream } from '@weir/ml/statistics'
import { renderReport } from '@weir/runner'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { describe, expect, it } from 'vitest'
import { driftBlocks } from '../../stages/charts/drift-report.ts'
import { bars, line } from '../../stages/charts/spark.ts'
import { recentMonths } from '../../stages/periods/recent-months.ts'
import { temporary } from './rig.ts'

const COLUMNS = 1000
const PERIODS = ['2024-01-31', '2024-02-29']

/** A view of 1,000 columns of every kind, in each of which something is to be told. */
function view(rows: number) {
  const pairs = Array.from({ length: COLUMNS }, (_, i) => {
    const random = randomStream(i)
    const side = (shift: number) =>
      Array.from({ length: rows }, (_, row) => {
        if (row % 7 === i % 7) return null
        if (i % 3 > 0) return 1e5 * random.normal() + 1e5 * shift * (i % 2)
        return `a level of some length, ${shift}-${Math.floor(30 * random.uniform())}`
      })
    return pairOf(i % 3 > 0 ? 'numeric' : 'categorical', side(0), side(1))
  })
  const name = (i: number) => `a_feature_of_the_customer_${i}_30d`
  const measured = pairs.map((pair, i) => measurePair(name(i), pair, {}))
  const found = datasetDrift(measured)
  const report = {
    ...{ reference: '2024-01-31', current: '2024-02-29', preset: 'weir' as const, threshold: 0.02 },
    ...{ target_drift: null, target: null, classifier: null, ...found },
  }
  const means = new Map(
    measured.map(({ column }) => [column, Array.from({ length: 12 }, (_, m) => m)]),
  )
  return { report, figures: pairs.map(figuresOf), months: { periods: PERIODS, means } }
}

describe('the page of a thousand columns', () => {
  it('names all of them, drifted or not, in at most 2 MB, and does not grow with the rows', async () => {
    const page = async (rows: number) => {
      const blocks = driftBlocks(view(rows))
      const html = await renderReport({
        title: 'Drift',
        sections: [{ id: 'd', title: 'd', blocks }],
      })
      return { html, tables: blocks.filter(({ kind }) => kind === 'table').length }
    }
    const small = await page(70)
    expect(small.tables).toBe(5)
    for (let i = 0; i < COLUMNS; i++)
      expect(small.html).toContain(`a_feature_of_the_customer_${i}_30d`)
    expect(Buffer.byteLength(small.html)).toBeLessThan(2e6)
    expect(Buffer.byteLength((await page(700)).html)).toBeLessThan(2e6)
  }, 120_000)

  it('has the drifted ones first, each part by size', () => {
    const { report, figures, months } = view(200)
    const tables = driftBlocks({ report, figures, months }).flatMap((block) =>
      block.kind === 'table' ? [block.view] : [],
    )
    const rows = tables.flatMap((table) => table.rows)
    const drifted = rows.map((row) => row[1])
    expect(drifted).toEqual([...drifted].sort().reverse())
    expect(drifted.filter((word) => word === 'yes')).toHaveLength(report.drifted)
    expect(tables[0]?.columns).toContain('last periods')
  })
})

describe('the last periods', () => {
  const feature = (name: string, type: FeatureSpec['type']): FeatureSpec => ({
    name,
    type,
    view: 'v',
    nullable: true,
  })

  it('are the mean of numbers, the share of true, and that of the level that moved the most', async () => {
    const folder = await temporary()
    const write = (period: string, select: string) =>
      withDuckDB((db) =>
        writeParquet(
          db,
          `SELECT i AS id, ${select}, true AS gone FROM range(10) t(i)`,
          join(folder, `${period}.parquet`),
        ),
      )
    await write('2023-12-31', 'i < 5 AS flag')
    await write(
      '2024-01-31',
      "CAST(i AS DOUBLE) AS n, i < 3 AS flag, CASE WHEN i < 2 THEN 'a' ELSE 'b' END AS plan",
    )
    await write(
      '2024-02-29',
      "CASE WHEN i = 0 THEN 'inf'::DOUBLE WHEN i < 5 THEN NULL ELSE 7.0 END AS n, true AS flag, 'b' AS plan",
    )
    await write('2024-03-31', '1 AS later')
    const features = [
      feature('n', 'number'),
      feature('flag', 'boolean'),
      feature('plan', 'category'),
    ]
    const figures = [
      figuresOf(pairOf('numeric', [1], [2])),
      figuresOf(pairOf('categorical', [true], [false])),
      figuresOf(pairOf('categorical', ['a', 'a', 'b', 'c'], ['b', 'c'])),
    ]
    const found = await recentMonths({ folder, current: '2024-02-29', features }, figures)
    expect(found.periods).toEqual(['2023-12-31', '2024-01-31', '2024-02-29'])
    expect(Object.fromEntries(found.means)).toEqual({
      n: [null, 4.5, 7],
      flag: [0.5, 0.3, 1],
      plan: [null, 0.2, 0],
    })
  })
})

describe('small drawings', () => {
  it('have a character a value', () => {
    expect(bars([0, 0.01, 0.5, 1], 1)).toBe(' ▁▅█')
    expect(line([1, null, 2, 3])).toBe('▁·▅█')
    expect(line([4, 4])).toBe('▅▅')
    expect(line([])).toBe('')
  })
})
