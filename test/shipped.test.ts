// The tests pass whatever the user has made of the project: they take pipeline and params from test/shipped.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshClone } from './pipeline/rig.ts'

test('a clone of the rig has the files that ship, and nothing of the user', () => {
  const it = freshClone(7043)
  for (const name of ['pipeline.yaml', 'params.yaml'])
    expect(it.read(name)).toBe(readFileSync(join('test/shipped', name), 'utf8'))
  expect(it.files('data')).toEqual([
    'data/accepted.yaml',
    'data/streamflow.yaml',
    'data/telco.yaml',
  ])
  for (const made of ['pipeline.lock', 'artifacts', 'reports', 'models', 'simulated', '.weir'])
    expect(it.has(made), made).toBe(false)
})

test('no test reads what is the user’s in the root', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  const root = String.raw`(?:REPO|ROOT|process\.cwd\(\)), `
  const own = String.raw`['"](?:\./)?(?:params\.yaml|pipeline\.(?:yaml|lock)|artifacts|reports|models)\b`
  const reads = new RegExp(`(?:readFile(?:Sync)?\\(|cpSync\\(|${root})${own}`)
  const guilty = files.filter(
    (file) =>
      file.endsWith('.ts') &&
      file !== 'shipped.test.ts' &&
      reads.test(readFileSync(join('test', file), 'utf8')),
  )
  expect(reads.test(`readFileSync('params.yaml', 'utf8')`)).toBe(true)
  expect(reads.test(`join(REPO, 'artifacts')`)).toBe(true)
  expect(guilty).toEqual([])
})
