// The story that ships, as a newcomer lives it: cold, again, lost outputs, a param there and back, edited code,
// the second and third month, approval, rollback, a lost registry. Acceptance 1 and 6 of the loop.
import { describe, expect, test } from 'vitest'
import {
  afterMonth1,
  afterMonth2,
  every,
  freshClone,
  MONTH_1,
  MONTH_2,
  MONTH_3,
  STAGES,
  stageOf,
  withOutcome,
} from './rig.ts'

const MODEL_STAGES = ['train', 'evaluate', 'compare', 'promote']

describe.concurrent('month 1', () => {
  test('one command in a fresh clone ends with a model in Production', async () => {
    const it = freshClone()
    const cold = await it.exec('npm', ['run', '--silent', 'pipeline', '--', '--until', 'promote'])
    expect(cold).toMatchObject({ code: 0 })
    expect(cold.stdout).toContain('[DECISION] promoted')
    expect(await it.registry()).toEqual(['Production'])
    expect(await it.outcomes('--until', 'promote')).toEqual(every('cached'))
  })

  test('what is removed is restored, and no stage runs', async () => {
    const it = await afterMonth1()
    const before = it.contents('artifacts', 'reports/drift', 'reports/evaluation.html')
    it.remove('artifacts', 'reports')
    expect(await it.outcomes()).toEqual({ ...every('restored'), simulate: 'cached' })
    expect(it.contents('artifacts', 'reports/drift', 'reports/evaluation.html')).toEqual(before)
    expect(it.has('reports/index.html')).toBe(true)
    expect(await it.outcomes()).toEqual(every('cached'))
  })

  test('a changed param runs the stages that read it and what follows, and back again runs none', async () => {
    const it = await afterMonth1()
    const before = it.contents('artifacts', 'pipeline.lock')
    it.edit('params.yaml', 'l2: 0.003 # penalty', 'l2: 0.01 # penalty')
    const explained = await it.weir('explain', 'train')
    expect(explained.stdout).toContain('param train.logistic.l2: 0.003 -> 0.01')

    const run = await it.outcomes()
    expect(withOutcome(run, 'ran')).toEqual(MODEL_STAGES)
    expect(withOutcome(run, 'cached')).toEqual(
      STAGES.filter((name) => !MODEL_STAGES.includes(name)),
    )
    const registry = await it.registry()
    expect(registry).toHaveLength(2)

    const back = await it.outcomes('-S', 'train.logistic.l2=0.003')
    expect(withOutcome(back, 'restored')).toEqual(MODEL_STAGES)
    expect(withOutcome(back, 'ran')).toEqual([])
    expect(it.contents('artifacts', 'pipeline.lock')).toEqual(before)
    expect(it.read('params.yaml')).toContain('l2: 0.003 # penalty a squared weight')
    expect(await it.registry()).toEqual(registry)
  })
})

/** A module of a package that the project links to; of the stages only train shuffles. */
const SHUFFLE = 'packages/ml/src/training/shuffle.ts'

describe.concurrent('edited code', () => {
  test('of packages/ml: comments, white space and functions that nobody uses rerun nothing', async () => {
    const it = await afterMonth1()
    const shuffle = it.read(SHUFFLE)
    const unused = (value: number): string => `export function unused() {\n  return ${value}\n}\n`
    for (const text of [
      `// A new comment.\n\n${shuffle}`,
      shuffle + unused(7),
      shuffle + unused(8),
    ]) {
      it.write(SHUFFLE, text)
      expect(await it.states()).toEqual(every('fresh'))
    }
    expect(await it.outcomes()).toEqual(every('cached'))
  })

  test('of packages/ml: a function that train uses reruns train and not ingest', async () => {
    const it = await afterMonth1()
    it.edit(SHUFFLE, 'shuffled(n: number', 'shuffled(this: void, n: number')
    expect(await it.states()).toEqual(every('fresh'))

    it.edit(SHUFFLE, 'Int32Array {\n', 'Int32Array {\n  if (n < 0) throw new Error("negative")\n')
    const states = await it.states()
    expect([states.train, states.ingest]).toEqual(['stale', 'fresh'])
    expect((await it.weir('explain', 'train')).stdout).toContain(SHUFFLE)
    const run = await it.run('--until', 'train')
    expect(stageOf(run, 'train').reasons.join()).toContain(SHUFFLE)
    expect(run.stages.filter(({ outcome }) => outcome === 'ran').map(({ name }) => name)).toEqual([
      'train',
    ])
    expect(stageOf(run, 'ingest').outcome).toBe('cached')
  })

  test('a used function reruns exactly its users, whom explain tells of it', async () => {
    const it = await afterMonth1()
    // Of the pipeline's stages only evaluate cuts held-out users into slices; the new text is read by nothing else.
    it.edit(
      'packages/ml/src/metrics/slices.ts',
      'return',
      'if (rows === undefined) throw new Error("none")\n  return',
    )
    expect(withOutcome(await it.states(), 'stale')).toEqual(['evaluate', 'promote'])
    expect((await it.reasons()).promote).toEqual(['evaluate is not fresh'])
    expect((await it.weir('explain', 'evaluate')).stdout).toContain(
      'packages/ml/src/metrics/slices.ts',
    )
    const run = await it.run()
    expect(stageOf(run, 'evaluate').reasons.join()).toContain('packages/ml/src/metrics/slices.ts')
    // The same figures come out, so promote, which reads them, stays as it is.
    expect(run.stages.filter(({ outcome }) => outcome === 'ran').map(({ name }) => name)).toEqual([
      'evaluate',
    ])
  })
})

describe.concurrent('the months after', () => {
  test('month 2 drifts in one column, retrains, and promotes version 2', async () => {
    const it = await afterMonth1()
    const run = await it.run('-S', `as_of=${MONTH_2}`)
    expect(run.end.code).toBe(0)
    expect(run.stages.filter(({ outcome }) => outcome === 'ran').map(({ name }) => name)).toEqual(
      STAGES.slice(1),
    )
    const drift = it.json<{ reference: string; columns: { column: string; drifted: boolean }[] }>(
      'artifacts/drift.json',
    )
    expect(drift.reference).toBe(MONTH_1)
    expect(drift.columns.filter(({ drifted }) => drifted).map(({ column }) => column)).toEqual([
      'rebuffer_events_7d',
    ])
    expect(it.files('reports/drift')).toEqual([
      `reports/drift/drift_${MONTH_1}_vs_${MONTH_2}.html`,
      `reports/drift/drift_${MONTH_1}_vs_${MONTH_2}.json`,
    ])
    expect(it.json('artifacts/decision.json')).toMatchObject({ action: 'retrain', retrain: true })
    expect(it.json('artifacts/comparison.json')).toMatchObject({
      production_version: 1,
      promote: true,
    })
    expect(it.json('artifacts/promotion.json')).toMatchObject({
      decision: 'promoted',
      version: 2,
      replaces: 1,
    })
    expect(await it.registry()).toEqual(['Archived', 'Production'])
    expect(await it.outcomes()).toEqual(every('cached'))
  })

  test('month 3 is quiet: nothing is trained, the outputs of month 2 stay, and month 1 is a restore away', async () => {
    const it = await afterMonth2()
    const paths = [
      'artifacts/candidate',
      'artifacts/promotion.json',
      'reports/evaluation.html',
      'reports/comparison.html',
    ]
    const model = it.contents(...paths)
    const run = await it.run('-S', `as_of=${MONTH_3}`)
    expect(run.end.code).toBe(0)
    const registry = it.contents('models')
    expect(it.json('artifacts/decision.json')).toMatchObject({ action: 'none', retrain: false })
    const skipped = run.stages.filter(({ outcome }) => outcome === 'skipped')
    expect(skipped.map(({ name }) => name)).toEqual(MODEL_STAGES)
    expect(stageOf(run, 'train').reasons.join()).toContain('artifacts/decision.json:retrain')
    expect(stageOf(run, 'promote').reasons).toEqual(['train was skipped'])
    expect(it.contents(...paths)).toEqual(model)
    expect(it.json('artifacts/publication.json')).toMatchObject({ version: 2, live: true })

    for (const month of [MONTH_1, MONTH_2, MONTH_3]) {
      const outcomes = await it.outcomes('-S', `as_of=${month}`)
      expect(withOutcome(outcomes, 'ran')).toEqual([])
      expect(it.contents('models')).toEqual(registry)
    }
    expect(it.contents(...paths)).toEqual(model)
  })
})

describe.concurrent('people and the registry', () => {
  test('with approval a promotion waits, and approving it leaves nothing to do', async () => {
    const it = await afterMonth1()
    const run = await it.run('-S', 'promote.require_approval=true', '-S', `as_of=${MONTH_2}`)
    expect(run.end.code).toBe(0)
    expect(it.json('artifacts/promotion.json')).toMatchObject({
      decision: 'awaiting_approval',
      version: 2,
    })
    expect(await it.registry()).toEqual(['Production', 'Staging'])
    expect(await it.outcomes()).toEqual(every('cached'))

    expect(await it.weir('registry', 'approve', '2', '--by', 'grace')).toMatchObject({ code: 0 })
    expect(await it.registry()).toEqual(['Archived', 'Production'])
    expect((await it.weir('registry', 'history')).stdout).toMatch(/approved.*grace/)
    expect(await it.outcomes()).toEqual(every('cached'))
  })

  test('a rollback stays until the next month judges again', async () => {
    const it = await afterMonth2()
    expect(await it.weir('registry', 'rollback', '--reason', 'complaints')).toMatchObject({
      code: 0,
    })
    expect(await it.registry()).toEqual(['Production', 'Archived'])
    expect(await it.outcomes()).toEqual(every('cached'))
    // Month 3 is now judged against what version 1 was trained on, and has drifted from it.
    const run = await it.run('-S', `as_of=${MONTH_3}`)
    expect(it.json('artifacts/drift.json')).toMatchObject({ reference: MONTH_1 })
    expect(stageOf(run, 'train').outcome).toBe('ran')
    expect(await it.registry()).toEqual(['Archived', 'Archived', 'Production'])
  })

  test('a lost registry is noticed, and the candidate goes into Production again', async () => {
    const it = await afterMonth1()
    it.remove('models')
    expect(withOutcome(await it.states(), 'stale')).toEqual(['publish_standing', 'promote'])
    expect((await it.reasons()).publish_standing?.join()).toMatch(/output missing: registry:/)
    const run = await it.outcomes()
    expect(withOutcome(run, 'ran')).toEqual(['publish_standing', 'promote'])
    expect(await it.registry()).toEqual(['Production'])
    expect(await it.outcomes()).toEqual(every('cached'))
  })
})
