// Which period models are judged on and trained with while labels of newer ones are still to come.
import { join } from 'node:path'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { expect, test } from 'vitest'
import { labelledPeriod } from '../../stages/periods/labelled-period.ts'
import { temporary } from './rig.ts'

/** A folder of feature files; of each period's users so many have a label, in a column named as no SQL likes it. */
async function features(periods: Readonly<Record<string, [labelled: number, of: number]>>) {
  const folder = await temporary()
  await withDuckDB(async (db) => {
    for (const [asOf, [labelled, of]] of Object.entries(periods)) {
      const label = `CASE WHEN i < ${labelled} THEN i % 2 = 0 END AS "has ""left"""`
      const query = `SELECT i AS id, 1 AS hours, ${label} FROM range(${of}) t(i)`
      await writeParquet(db, query, join(folder, `${asOf}.parquet`))
    }
  })
  return folder
}

test('the newest period whose labels cover enough of its entities', async () => {
  const folder = await features({
    '2024-01-31': [20, 20],
    '2024-02-29': [19, 20],
    '2024-03-31': [18, 20],
    '2024-04-30': [0, 20],
  })
  const february = { asOf: '2024-02-29', entities: 20, labelled: 19 }
  expect(await labelledPeriod(folder, '2024-04-30', 0.95)).toEqual(february)
  expect(await labelledPeriod(folder, '2024-04-30', 0.9)).toMatchObject({ asOf: '2024-03-31' })
  expect(await labelledPeriod(folder, '2024-04-30', 1)).toMatchObject({ asOf: '2024-01-31' })
})

test('a later period than as_of is not looked at', async () => {
  const folder = await features({ '2024-01-31': [4, 4], '2024-02-29': [4, 4] })
  expect(await labelledPeriod(folder, '2024-02-28', 0.95)).toMatchObject({ asOf: '2024-01-31' })
  expect(await labelledPeriod(folder, '2024-01-30', 0.95)).toBeNull()
})

test('there is none while no period has labels, entities, or features at all', async () => {
  const folder = await features({ '2024-01-31': [0, 9], '2024-02-29': [0, 0] })
  expect(await labelledPeriod(folder, '2024-02-29', 0.01)).toBeNull()
  expect(await labelledPeriod(join(folder, 'absent'), '2024-02-29', 0.95)).toBeNull()
})
