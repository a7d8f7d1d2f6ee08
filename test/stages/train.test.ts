// The train cell: the bundle that it leaves, the same bytes on a rerun, who it never trains on, and bad input.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkExamples } from '@weir/ml/bundle'
import { isHeldOut } from '@weir/ml/decisions'
import { parseModel, predictor } from '@weir/ml/model'
import { openBundle } from '@weir/registry/bundle'
import { withDuckDB, writeParquet } from '@weir/tables/duckdb'
import { text } from '@weir/tables/quote'
import { expect, test } from 'vitest'
import { madeUp, small } from '../../packages/ml/test/training/rig.ts'
import train from '../../stages/train.ts'
import { failure, runStage, type Said, temporary, writeFiles } from './rig.ts'

const DEFINITION = `
name: tiny
entity: { key: user_id, table: users }
tables:
  users:
    columns:
      user_id: { type: string }
      fee: { type: number, min: 0, nullable: true }
      months: { type: integer, min: 0 }
      tv: { type: boolean, nullable: true }
      net: { type: category, levels: [DSL, Fiber, "No"] }
      same: { type: number }
  labels:
    columns:
      user_id: { type: string }
      churned: { type: boolean }
label: { table: labels, column: churned, complete: 0.8 }
views:
  profile: { table: users, features: [fee, months, tv, net, same] }
`

const params = {
  as_of: '2024-01-31',
  seed: 42,
  data: { definition: 'data/tiny.yaml' },
  split: { held_out: 0.25, salt: 'weir' },
  train: small,
  promote: { name: 'tiny_churn' },
}

type Label = 'true' | 'false' | ''

/** A project of 300 users; `label` may change a user's label. */
async function project(label = (truth: Label, _user: number): Label => truth): Promise<string> {
  const root = await temporary()
  const { rows, labels } = madeUp(300)
  const lines = rows.map(({ fee, months, tv, net, same }, i) =>
    [
      `u${1000 + i}`,
      fee,
      months,
      tv,
      net,
      same,
      label(labels[i] === 1 ? 'true' : 'false', i),
    ].join(),
  )
  await writeFiles(root, {
    'data/tiny.yaml': DEFINITION,
    'rows.csv': `user_id,fee,months,tv,net,same,churned\n${lines.join('\n')}\n`,
    'artifacts/features/.keep': '',
  })
  const types = "{'tv': 'BOOLEAN', 'churned': 'BOOLEAN', 'fee': 'DOUBLE'}"
  await withDuckDB((db) =>
    writeParquet(
      db,
      `SELECT * FROM read_csv(${text(join(root, 'rows.csv'))}, types=${types}) ORDER BY user_id`,
      join(root, 'artifacts/features/2024-01-31.parquet'),
    ),
  )
  return root
}

function run(root: string, change: Partial<typeof params> = {}, out = 'artifacts'): Promise<Said> {
  return runStage(train, {
    params: { ...params, ...change },
    inputs: {
      definition: join(root, 'data/tiny.yaml'),
      features: join(root, 'artifacts/features'),
    },
    outputs: {
      candidate: join(root, out, 'candidate'),
      training: join(root, out, 'training.json'),
    },
  })
}

async function bytes(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return Object.fromEntries(names.map((name, i) => [name, texts[i] ?? '']))
}

test('a sound bundle, figures, a table, charts and progress', async () => {
  const root = await project()
  const said = await run(root)
  const dir = join(root, 'artifacts/candidate')
  const { name, as_of, files } = await openBundle(dir)
  expect({ name, as_of }).toEqual({ name: 'tiny_churn', as_of: '2024-01-31' })
  const names = ['examples.json', 'model.json', 'reference.json', 'split.json', 'training.json']
  expect(files.map(({ path }) => path)).toEqual(names)
  const content = await bytes(dir)
  const examples = JSON.parse(content['examples.json'] ?? '')
  expect(examples).toHaveLength(20)
  expect(
    checkExamples(predictor(parseModel(JSON.parse(content['model.json'] ?? ''))), examples),
  ).toEqual([])
  expect(JSON.parse(content['training.json'] ?? '')).toEqual(said.metrics)
  const reference = JSON.parse(content['reference.json'] ?? '')
  expect(reference.map(({ n }: { n: number }) => n)).toContain(said.metrics.rows)
  expect(JSON.parse(content['split.json'] ?? '')).toEqual({ held_out: 0.25, salt: 'weir' })
  expect(said.metrics).toMatchObject({ model_type: 'logistic+mlp', members: 4, unlabelled: 0 })
  expect(Number(said.metrics.val_auc)).toBeGreaterThan(0.8)
  expect(said.charts).toEqual(['Loss by epoch: logistic', 'Loss by epoch: mlp'])
  expect(said.tables[0]?.rows).toHaveLength(4)
  expect(said.logs.join('\n')).toMatch(
    /as_of=2024-01-31 model=logistic\+mlp[\s\S]*val_auc=0\.\d{4}/,
  )
  expect(said.notes[0]).toMatch(/^logistic 1, epoch 1, validation loss/)
})

test('a rerun gives the same bytes', async () => {
  const root = await project()
  await run(root)
  await run(root, {}, 'again')
  expect(await bytes(join(root, 'again/candidate'))).toEqual(
    await bytes(join(root, 'artifacts/candidate')),
  )
})

test('what held-out users are like changes nothing', async () => {
  const root = await project()
  const { rows } = (await run(root)).metrics
  expect(Number(rows)).toBeLessThan(300 * 0.85)
  // Every user that is not held out keeps the truth; the training set then is the same.
  const other = await project((truth, i) => {
    if (!isHeldOut(`u${1000 + i}`, 'weir', 0.25)) return truth
    return truth === 'true' ? 'false' : 'true'
  })
  await run(other)
  expect(await bytes(join(other, 'artifacts/candidate'))).toEqual(
    await bytes(join(root, 'artifacts/candidate')),
  )
})

test('users without a label are left out and counted', async () => {
  const said = await run(await project((truth, i) => (i < 40 ? '' : truth)))
  expect(Number(said.metrics.unlabelled)).toBeGreaterThan(20)
  expect(Number(said.metrics.rows) + Number(said.metrics.unlabelled)).toBeLessThan(300)
})

test('a month without labels is trained on the newest one that has them', async () => {
  const root = await project()
  const said = await run(root, { as_of: '2024-02-29' })
  expect(said.logs[0]).toMatch(/^as_of=2024-01-31 /)
  expect((await openBundle(join(root, 'artifacts/candidate'))).as_of).toBe('2024-01-31')
})

test('bad input ends in a code that says where and what to do', async () => {
  const noLabels = await failure(run(await project(() => '')))
  expect(noLabels).toMatchObject({ code: 'NO_LABELS', where: 'features 2024-01-31' })
  expect(noLabels.hint).toContain('label.complete')
  expect((await failure(run(await project(() => 'true')))).code).toBe('ONE_CLASS')
  const few = await project((_, i) => (i === 0 || i === 1 || i === 2 ? 'true' : 'false'))
  expect((await failure(run(few))).code).toBe('TOO_FEW_ROWS')
})
