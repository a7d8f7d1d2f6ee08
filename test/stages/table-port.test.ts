// The port of a table in a cell: typed by defineStage, run by the runner, shown in the notebook.
import { Type } from '@sinclair/typebox'
import { defineStage } from '@weir/runner'
import { runCell } from '@weir/runner/testing'
import { table } from '@weir/tables'
import { expect, test } from 'vitest'
import { temporary, writeFiles } from './rig.ts'

const cell = defineStage({
  title: 'Regions',
  params: { least: Type.Integer() },
  inputs: { users: table('data/users.csv') },
  outputs: { regions: table('artifacts/regions.parquet'), wide: table('artifacts/wide.feather') },
  async run({ params, inputs, outputs, show }) {
    const users = await inputs.users.table()
    const regions = users.groupby('region').rollup({ n: 'op.count()', joined: 'op.min(d.joined)' })
    show.table(regions.orderby('joined'), { caption: 'Users by region' })
    show.chart(
      { data: { values: regions }, mark: 'bar', encoding: { x: { field: 'n' } } },
      { title: 'Users', alt: 'users by region' },
    )
    await outputs.regions.sql(
      'SELECT region, count(*) AS n FROM users GROUP BY region HAVING count(*) >= $least'.replace(
        '$least',
        String(params.least),
      ),
      { users: inputs.users },
    )
    await outputs.wide.write(regions)
  },
})

test('reads, shows and writes tables', async () => {
  const folder = await temporary()
  await writeFiles(folder, {
    'users.csv': 'id,region,joined\n1,south,2024-01-31\n2,south,2024-02-29\n3,,2024-02-01\n',
  })
  const run = await runCell(cell, {
    params: { least: 2 },
    inputs: { users: `${folder}/users.csv` },
    folder,
  })
  expect((await run.outputs.regions.table()).objects()).toEqual([{ region: 'south', n: 2 }])
  expect((await run.outputs.wide.table()).numRows()).toBe(2)
  const [shown, chart] = run.shown
  expect(shown).toMatchObject({
    view: {
      caption: 'Users by region',
      columns: ['region', 'n', 'joined'],
      rows: [
        ['south', 2, '2024-01-31'],
        [null, 1, '2024-02-01'],
      ],
    },
  })
  expect(chart).toMatchObject({
    spec: { data: { values: [{ region: 'south', n: 2 }, { region: null }] } },
  })
})
