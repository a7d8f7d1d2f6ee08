// A month that is none, or that there are no tables of: refused, and params.yaml is as it was before.
import { expect, test } from 'vitest'
import { freshClone, stageOf } from './rig.ts'

test('-S as_of of no day and of no period', async () => {
  const it = freshClone(300)
  await it.outcomes('--until', 'ingest')
  const before = it.contents('params.yaml', 'pipeline.lock', 'artifacts')
  const noDay = await it.run('-S', 'as_of=2024-02-31', '--until', 'ingest')
  expect(noDay.end.code).toBe(2)
  expect(noDay.errors).toMatchObject([
    { code: 'PARAM_TYPE', place: { file: 'params.yaml', line: 2 } },
  ])
  expect(noDay.errors?.[0]?.message).toContain('expected a date of the calendar')
  expect(it.contents('params.yaml', 'pipeline.lock', 'artifacts')).toEqual(before)
  const noPeriod = await it.run('-S', 'as_of=2024-06-30', '--until', 'ingest')
  expect(noPeriod.end.code).toBe(1)
  expect(stageOf(noPeriod, 'ingest').error).toMatchObject({ code: 'PERIOD_MISSING' })
  expect(noPeriod.end.stderr).toContain('params.yaml is as it was before')
  expect(it.contents('params.yaml', 'pipeline.lock', 'artifacts')).toEqual(before)
})
