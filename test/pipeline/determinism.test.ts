// Two cold runs in two folders give the same bytes: acceptance 4 of the loop.
import { expect, test } from 'vitest'
import { type Churn, freshClone, MONTH_2 } from './rig.ts'

async function twoMonths(jobs: string): Promise<Churn> {
  const it = freshClone(800)
  await it.outcomes('-j', jobs)
  await it.outcomes('-j', jobs, '-S', `as_of=${MONTH_2}`)
  return it
}

test('artefacts, reports of stages, bundles and the lock file are the same bytes in two folders, one stage at a time or four', async () => {
  const [one, two] = await Promise.all([twoMonths('1'), twoMonths('4')])
  const outputs = ['artifacts', 'simulated', 'pipeline.lock', 'models/bundles']
  const reports = ['reports/drift', 'reports/evaluation.html', 'reports/comparison.html']
  const [first, second] = [
    one.contents(...outputs, ...reports),
    two.contents(...outputs, ...reports),
  ]
  expect(Object.keys(first)).toEqual(Object.keys(second))
  const differing = Object.keys(first).filter((path) => first[path] !== second[path])
  expect(differing).toEqual([])
  expect(Object.keys(first).length).toBeGreaterThan(40)
  expect(JSON.stringify(first)).not.toContain(one.root)
})
