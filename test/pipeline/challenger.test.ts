// A challenger that a guard held back in month 2 is promoted in month 3, in which nothing is trained: through the real
// command line, with a server that follows, and a second run that has nothing to do.
import { openRegistry } from '@weir/registry/registry'
import { expect, test } from 'vitest'
import { afterMonth1, MONTH_2, MONTH_3, stageOf, withOutcome } from './rig.ts'
import { serve } from './server.ts'

const REASONS = ['performance', 'drift', 'target', 'calibration']

// Three months and a server take longer than a test's usual time on a machine with other work.
test('a challenger is promoted a month late, and a run right after has nothing to do', {
  timeout: 400_000,
}, async () => {
  const it = await afterMonth1()
  const server = await serve(it)
  const held = ['-S', `as_of=${MONTH_2}`, '-S', 'promote.guards.cost.most=0']
  const run = await it.run('--until', 'promote', ...held)
  expect(run.end.code).toBe(0)
  expect(it.json('artifacts/comparison.json')).toMatchObject({ answer: 'undecided' })
  expect(it.json('artifacts/promotion.json')).toMatchObject({ decision: 'open', version: 2 })
  expect(await it.registry()).toEqual(['Production', 'None'])
  expect(withOutcome(await it.outcomes('--until', 'promote'), 'ran')).toEqual([])

  const registry = openRegistry(it.path('models'), { git: async () => null })
  for (const reason of REASONS) {
    await registry.acknowledge('streamflow_churn', { reason, figure: null }, 'the model waits')
  }
  const late = ['-S', `as_of=${MONTH_3}`, '-S', 'promote.guards.cost.most=1000000']
  const next = await it.run('--until', 'promote', ...late)
  expect(next.end.code).toBe(0)
  expect(it.json('artifacts/decision.json')).toMatchObject({ action: 'none' })
  expect(stageOf(next, 'promote').outcome).toBe('skipped')
  expect(it.json('artifacts/challenge.json')).toMatchObject({
    version: 2,
    looks: [MONTH_2, MONTH_3],
    answer: 'promote',
  })
  expect(it.json('artifacts/publication.json')).toMatchObject({
    version: 2,
    live: true,
    challenger: { version: 2, decision: 'promoted' },
  })
  expect(await it.registry()).toEqual(['Archived', 'Production'])
  await server.serves(2)
  expect((await server.get('/ready')).body.features).toMatchObject({ as_of: MONTH_3 })

  const journal = it.read('models/journal.jsonl')
  const again = await it.outcomes('--until', 'promote')
  expect(withOutcome(again, 'ran')).toEqual([])
  expect(withOutcome(again, 'restored')).toEqual([])
  expect(it.read('models/journal.jsonl')).toBe(journal)
})
