// A made-up feature type is served by its one entry in the table of types: requests, answers, the online table.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256File } from '@weir/base/files'
import { featureSpecs, parseDefinition } from '@weir/formats/definition'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { expect, test, vi } from 'vitest'
import { daysTo, MADE_UP } from '../../packages/formats/test/made-up-type.ts'
import { loadOnline } from '../src/online.ts'
import { answerSchema, featureCheck } from '../src/request-schema.ts'
import { scratch } from './rig.ts'

vi.mock('@weir/formats/column-types', async (original) => {
  const { withDay } = await import('../../packages/formats/test/made-up-type.ts')
  return withDay(await original())
})

const specs = featureSpecs(parseDefinition(MADE_UP))

test('a request is held to it, an answer has it', () => {
  const check = featureCheck(specs)
  expect(check({ age: 7, since: 18_000 }, '/features')).toEqual([])
  expect(check({ age: 7, since: 'soon' }, '/features')).toEqual([
    {
      code: 'FEATURE_TYPE',
      path: '/features/since',
      message: 'since must be a count of days or null, not "soon"',
    },
  ])
  expect(answerSchema('id', specs)).toMatchObject({
    properties: { features_used: { properties: { since: { type: ['number', 'null'] } } } },
  })
})

test('the online table has it as the model sees it', async () => {
  const folder = scratch()
  const path = join(folder, 'features.parquet')
  const rows = `SELECT * FROM (VALUES (1, 7, DATE '2020-02-29'), (2, 40, NULL)) AS t(id, age, since)`
  const dated = `SELECT *, DATE '2024-01-31' AS person__as_of FROM (${rows})`
  await withDuckDB((db) => writeParquet(db, dated, path))
  const manifest = {
    as_of: '2024-01-31',
    entity: 'id',
    rows: 2,
    features: specs,
    views: { person: { ttl_days: null } },
    sha256: await sha256File(path),
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest))
  const { columns } = await loadOnline(folder)
  expect(columns.get('since')).toEqual([daysTo('2020-02-29'), null])
})
