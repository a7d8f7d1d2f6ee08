// The promote cell over the months of a registry: what it decides, says and writes, and that it decides once.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { production } from '@weir/registry/fold'
import { openRegistry, type Registry } from '@weir/registry/registry'
import { describe, expect, it } from 'vitest'
import { tableOf } from '../../packages/registry/test/rig.ts'
import { NAME, tinyBundle, tinyModel } from '../../serve/test/rig.ts'
import promote from '../../stages/promote.ts'
import { failure, runStage, temporary } from './rig.ts'

const FIGURES = {
  period: '2024-01-31',
  gain: null,
  se: null,
  bound_low: null,
  bound_high: null,
  smallest: null,
  gain_low: null,
  gain_high: null,
  min_gain: 0.01,
  n: 1761,
  positives: 460,
  guards: [],
  join: null,
  answer: 'promote',
}
const BOOTSTRAP = {
  ...FIGURES,
  candidate_auc: 0.82,
  production_auc: null,
  production_version: null,
  promote: true,
  reason: 'nothing in Production',
}
const BETTER = {
  ...FIGURES,
  candidate_auc: 0.6394,
  production_auc: 0.4521,
  production_version: 1,
  promote: true,
  reason: 'gains 0.19',
}
const WORSE = { ...BETTER, answer: 'reject', promote: false, reason: 'no gain' }
const UNSURE = { ...BETTER, answer: 'undecided', promote: false, reason: 'who knows', gain: 0.008 }
const NO_CHALLENGE = {
  as_of: '2024-01-31',
  version: null,
  against: null,
  looks: [],
  answer: null,
  gain: null,
  se: null,
  bound_low: null,
  bound_high: null,
  smallest: null,
  reason: 'there is no open challenger',
  guards: [],
}

const DRIFT = {
  as_of: '2024-02-29',
  action: 'retrain',
  retrain: true,
  reason: 'RETRAINING_TRIGGERED',
  drift_share: 1 / 15,
  threshold: 0.02,
  target_drift: 0.0239,
  labelled: '2024-02-29',
  cause: 'drift',
  reasons: [],
}
const NO_DRIFT = { ...DRIFT, action: 'bootstrap', drift_share: null, target_drift: null }
const EVALUATION = {
  auc: 0.82,
  auc_low: 0.8,
  auc_high: 0.84,
  pr_auc: 0.6,
  brier: 0.15,
  log_loss: 0.45,
  f1: 0.6,
  precision: 0.55,
  recall: 0.66,
  accuracy: 0.78,
  threshold: 0.4,
  n: 1761,
  positives: 460,
}

interface Month {
  readonly asOf?: string
  readonly comparison?: object
  readonly decision?: object
  readonly challenge?: object
  readonly requireApproval?: boolean
  readonly name?: string
}

/** What publish_standing leaves of a month: its table in the store. */
async function publicationOf(registry: Registry, root: string, asOf: string) {
  const table = await registry.storeTable(tableOf(root, 'table', asOf))
  const about = { version: null, live: false, challenger: null, reason: 'waits' }
  return { as_of: asOf, table: table.digest, ...about }
}

/** A project with a registry; `run` runs the cell on a month's artefacts. */
async function projectOf() {
  const root = await temporary()
  const store = join(root, 'models')
  const registry = openRegistry(store, { git: async () => null, user: () => 'ada' })
  const candidate = (bias: number, about = {}) => tinyBundle(root, tinyModel(bias), about)
  const json = async (name: string, value: unknown) => {
    const path = join(root, `${name}.json`)
    await writeFile(path, JSON.stringify(value))
    return path
  }
  const run = async (month: Month & { candidate: string }) => {
    const asOf = month.asOf ?? '2024-01-31'
    const inputs = {
      candidate: month.candidate,
      evaluation: await json('evaluation', EVALUATION),
      comparison: await json('comparison', { as_of: asOf, ...(month.comparison ?? BOOTSTRAP) }),
      challenge: await json('challenge', { ...NO_CHALLENGE, as_of: asOf, ...month.challenge }),
      decision: await json('decision', month.decision ?? NO_DRIFT),
      publication: await json('publication', await publicationOf(registry, root, asOf)),
    }
    const params = {
      as_of: asOf,
      promote: {
        name: month.name ?? NAME,
        store,
        require_approval: month.requireApproval ?? false,
      },
    }
    const out = join(root, 'promotion.json')
    const said = await runStage(promote, { params, inputs, outputs: { promotion: out } })
    return { said, text: await readFile(out, 'utf8') }
  }
  const standing = async () => production((await registry.state()).get(NAME))?.version ?? null
  return { registry, candidate, run, standing }
}

describe('the promote cell', () => {
  it('promotes the first model and writes what it did', async () => {
    const { registry, candidate, run, standing } = await projectOf()
    const { said, text } = await run({ candidate: candidate(2) })
    const [version] = (await registry.state()).get(NAME)?.versions.values() ?? []
    expect(text).toBe(
      `${JSON.stringify(
        {
          as_of: '2024-01-31',
          decision: 'promoted',
          version: 1,
          digest: version?.digest,
          replaces: null,
          reason: 'nothing in Production',
          challenger: null,
        },
        null,
        2,
      )}\n`,
    )
    expect(said.logs).toEqual([
      '[DECISION] promoted',
      '[SUMMARY] as_of=2024-01-31 cand_v=1 cand_auc=0.8200 prod_v=none prod_auc=none -> promoted',
      'v1: promoted; nothing in Production',
    ])
    expect(version?.metrics).toEqual(EVALUATION)
    expect(await standing()).toBe(1)
    expect((await registry.history()).at(-1)).toMatchObject({
      type: 'promoted',
      period: '2024-01-31',
      table: { as_of: '2024-01-31' },
    })
  })

  it('says that drift led to a promotion', async () => {
    const { candidate, run, standing } = await projectOf()
    await run({ candidate: candidate(2) })
    const month2 = { asOf: '2024-02-29', comparison: BETTER, decision: DRIFT }
    const { said, text } = await run({ candidate: candidate(1), ...month2 })
    expect(said.logs).toEqual([
      '[DECISION] promoted',
      '[SUMMARY] as_of=2024-02-29 cand_v=2 cand_auc=0.6394 prod_v=1 prod_auc=0.4521 -> promoted',
      'RETRAINING_TRIGGERED drift_share=0.0667 >= 0.02 (target_drift=0.0239) -> promoted',
      'v2: promoted; gains 0.19',
    ])
    expect(JSON.parse(text)).toMatchObject({ decision: 'promoted', version: 2, replaces: 1 })
    expect(await standing()).toBe(2)
  })

  it('rejects a candidate that gains too little, and keeps it registered', async () => {
    const { candidate, run, standing } = await projectOf()
    await run({ candidate: candidate(2) })
    const { said, text } = await run({ candidate: candidate(1), comparison: WORSE })
    expect(said.logs[0]).toBe('[DECISION] skipped')
    expect(said.logs[1]).toMatch(/cand_v=2 .* -> skipped$/)
    expect(said.logs[2]).toBe('v2: rejected; no gain')
    expect(said.tables[0]?.rows[0]?.[1]).toBe('rejected')
    expect(JSON.parse(text)).toMatchObject({
      decision: 'rejected',
      version: 2,
      replaces: null,
      reason: 'no gain',
    })
    expect(await standing()).toBe(1)
  })

  it('waits for a person where approval is required', async () => {
    const { registry, candidate, run, standing } = await projectOf()
    const month = { candidate: candidate(2), requireApproval: true }
    const { said, text } = await run(month)
    expect(said.logs[0]).toBe('[DECISION] awaiting approval')
    expect(JSON.parse(text).decision).toBe('awaiting_approval')
    expect(await standing()).toBeNull()
    await registry.approve(NAME, 1, 'looks right')
    expect(JSON.parse((await run(month)).text)).toMatchObject({
      decision: 'promoted',
      reason: 'looks right',
    })
    expect(await standing()).toBe(1)
  })
})

describe('a second run of the same candidate', () => {
  it('changes nothing and writes the same bytes, even after a rollback', async () => {
    const { registry, candidate, run, standing } = await projectOf()
    await run({ candidate: candidate(2) })
    const month = { candidate: candidate(1), comparison: BETTER }
    const first = await run(month)
    await registry.rollback(NAME, null)
    const events = (await registry.history()).length
    const second = await run(month)
    expect(second.text).toBe(first.text)
    expect(second.said.logs[0]).toContain('decided before')
    expect(await registry.history()).toHaveLength(events)
    expect(await standing()).toBe(1)
  })

  it('is not decided anew when the comparison turns out otherwise', async () => {
    const { candidate, run, standing } = await projectOf()
    await run({ candidate: candidate(2) })
    const loser = candidate(1)
    await run({ candidate: loser, comparison: WORSE })
    const { text } = await run({ candidate: loser, comparison: BETTER })
    expect(JSON.parse(text)).toMatchObject({ decision: 'rejected', reason: 'no gain' })
    expect(await standing()).toBe(1)
  })

  it('ends what a crash left half done', async () => {
    const { registry, candidate, run, standing } = await projectOf()
    const dir = candidate(2)
    await registry.register(dir)
    expect(JSON.parse((await run({ candidate: dir })).text)).toMatchObject({ version: 1 })
    expect(await standing()).toBe(1)
  })
})

describe('a candidate is refused', () => {
  it('when it does not give its expected outputs', async () => {
    const { candidate, run, standing } = await projectOf()
    const error = await failure(run({ candidate: candidate(2, { lie: true }) }))
    expect(error).toMatchObject({
      code: 'BUNDLE_UNFAITHFUL',
      message: expect.stringContaining('example 0'),
    })
    expect(await standing()).toBeNull()
  })

  it('when it is damaged', async () => {
    const { registry, candidate, run } = await projectOf()
    const dir = candidate(2)
    await writeFile(join(dir, 'model.json'), '{}')
    expect(await failure(run({ candidate: dir }))).toMatchObject({
      code: 'BUNDLE_DAMAGED',
      where: join(dir, 'model.json'),
    })
    expect(await registry.history()).toEqual([])
  })

  it('when it has another name', async () => {
    const { registry, candidate, run } = await projectOf()
    const error = await failure(run({ candidate: candidate(2), name: 'other' }))
    expect(error.code).toBe('CANDIDATE_NAME')
    expect(await registry.history()).toEqual([])
  })

  it('when Production changed since it was compared; the next run decides', async () => {
    const { candidate, run, standing } = await projectOf()
    await run({ candidate: candidate(2) })
    const dir = candidate(1)
    expect((await failure(run({ candidate: dir }))).code).toBe('COMPARISON_STALE')
    expect(await standing()).toBe(1)
    await run({ candidate: dir, comparison: BETTER })
    expect(await standing()).toBe(2)
  })

  it('when what it acts on is not what it should be', async () => {
    const { candidate, run } = await projectOf()
    const comparison = { ...BOOTSTRAP, promote: 'yes' }
    expect(await failure(run({ candidate: candidate(2), comparison }))).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('/promote'),
    })
  })
})

describe('a candidate that cannot be told from chance', () => {
  const M2 = { asOf: '2024-02-29', decision: DRIFT }
  const M3 = { asOf: '2024-03-31', decision: DRIFT }
  /** The month after: a look at the challenger, version 2. */
  const look = (answer: string) => ({
    version: 2,
    against: 1,
    looks: ['2024-02-29', '2024-03-31'],
    answer,
    gain: 0.012,
    se: 0.004,
    reason: `it is ${answer}`,
  })
  const join = (stays: string) => ({ version: 2, stays, difference: 0.001, reason: 'by a hair' })

  /** Production v1, and v2 open as the challenger since month 2. */
  async function challenged() {
    const it = await projectOf()
    await it.run({ candidate: it.candidate(2) })
    const second = await it.run({ candidate: it.candidate(1), ...M2, comparison: UNSURE })
    const decided = async () => {
      const versions = (await it.registry.state()).get(NAME)?.versions.values() ?? []
      return [...versions].map((version) => version.decided?.decision)
    }
    const next = async (comparison: object, challenge: object) => {
      const candidate = it.candidate(0)
      const month = { candidate, ...M3, comparison: { ...comparison }, challenge }
      const { text } = await it.run(month)
      const events = (await it.registry.history()).length
      // A second run changes nothing.
      expect((await it.run(month)).said.logs[0]).toContain('decided before')
      expect(await it.registry.history()).toHaveLength(events)
      return JSON.parse(text)
    }
    return { ...it, second, decided, next }
  }

  it('stays open as the challenger, and Production stays', async () => {
    const { second, decided, standing, registry } = await challenged()
    expect(JSON.parse(second.text)).toMatchObject({ decision: 'open', version: 2, replaces: null })
    expect(second.said.logs[0]).toBe('[DECISION] skipped')
    expect(second.said.logs.at(-1)).toBe('v2: open as challenger; who knows')
    expect(await decided()).toEqual(['promoted', 'open'])
    expect(await standing()).toBe(1)
    expect((await registry.history()).at(-1)).toMatchObject({
      type: 'challenged',
      labelled: '2024-01-31',
      against: 1,
    })
  })

  it.each([
    // candidate, who stays on the same rows, the look at the challenger: decisions of v1, v2, v3; Production
    [BETTER, 'joining', 'promote', ['promoted', 'superseded', 'promoted'], 3],
    [BETTER, 'open', 'promote', ['promoted', 'promoted', 'superseded'], 2],
    [BETTER, 'open', 'undecided', ['promoted', 'superseded', 'promoted'], 3],
    [UNSURE, 'open', 'promote', ['promoted', 'promoted', 'superseded'], 2],
    [UNSURE, 'joining', 'promote', ['promoted', 'promoted', 'open'], 2],
    [UNSURE, 'open', 'undecided', ['promoted', 'open', 'superseded'], 1],
    [UNSURE, 'joining', 'undecided', ['promoted', 'superseded', 'open'], 1],
    [UNSURE, 'open', 'reject', ['promoted', 'rejected', 'open'], 1],
    [UNSURE, 'open', 'not_shown', ['promoted', 'not_shown', 'open'], 1],
    [WORSE, 'open', 'promote', ['promoted', 'promoted', 'rejected'], 2],
    [WORSE, 'open', 'undecided', ['promoted', 'open', 'rejected'], 1],
    [WORSE, 'open', 'reject', ['promoted', 'rejected', 'rejected'], 1],
  ])('%# is settled with the challenger of before', async (comparison, stays, answer, all, live) => {
    const { decided, standing, next } = await challenged()
    const found = await next({ ...comparison, join: join(stays) }, look(answer))
    expect(await decided()).toEqual(all)
    expect(await standing()).toBe(live)
    expect([found.challenger.decision, found.decision]).toEqual(all.slice(1))
  })

  it('gives way to a new one where it cannot score its period', async () => {
    const { decided, next } = await challenged()
    await next({ ...UNSURE, join: null }, look('undecided'))
    expect(await decided()).toEqual(['promoted', 'superseded', 'open'])
  })
})

describe('a candidate of an earlier period than the newest', () => {
  it('is registered and goes no further by itself; a person may promote it by name', async () => {
    const { registry, candidate, run, standing } = await projectOf()
    await run({ candidate: candidate(2), asOf: '2024-02-29' })
    const late = { candidate: candidate(1), comparison: BETTER }
    const { text } = await run(late)
    expect(JSON.parse(text)).toMatchObject({
      decision: 'rejected',
      reason: expect.stringContaining('2024-02-29 has been processed'),
    })
    expect(await standing()).toBe(1)
    await registry.promote(NAME, 2, { reason: 'I know what I do' })
    expect(await standing()).toBe(2)
  })
})

describe('where approval is required', () => {
  it('a request is made anew when its grounds change, and denied when they are gone', async () => {
    const { registry, candidate, run } = await projectOf()
    const month = { candidate: candidate(2), requireApproval: true }
    const asked = async () =>
      (await registry.history()).filter(({ type }) => type === 'staged').length
    await run(month)
    await run(month)
    expect(await asked()).toBe(1)
    await run({ ...month, comparison: { ...BOOTSTRAP, n: 1762 } })
    expect(await asked()).toBe(2)
    const { text } = await run({
      ...month,
      comparison: { ...BOOTSTRAP, ...WORSE, production_version: null },
    })
    expect(JSON.parse(text).decision).toBe('rejected')
  })
})
