// The cells evaluate and compare on small periods: what they write, what they say, what they refuse.
import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isHeldOut } from '@weir/ml/decisions'
import type { Model } from '@weir/ml/model'
import { bundleDigest } from '@weir/registry/bundle'
import { beforeEach, describe, expect, it } from 'vitest'
import { makeBundle } from '../../packages/registry/test/rig.ts'
import compare from '../../stages/compare.ts'
import evaluate from '../../stages/evaluate.ts'
import type { Gate } from '../../stages/models/gate.ts'
import {
  answer,
  BEFORE,
  type Client,
  clients,
  gateOf,
  modelOf,
  NOW,
  SPLIT,
  writeFeatures,
  writeModel,
} from './judged.ts'
import { failure, runStage, temporary } from './rig.ts'

const heldOut = clients().filter((_, i) => isHeldOut(`c${1000 + i}`, SPLIT.salt, SPLIT.held_out))

let root: string
beforeEach(async () => {
  root = await temporary()
})

interface Wish {
  readonly candidate?: Model
  readonly rival?: Model | null
  readonly challenger?: Model
  readonly gate?: Gate
  readonly rows?: readonly Client[]
  readonly split?: typeof SPLIT
  /** What the rival was trained under. */
  readonly rivalSplit?: typeof SPLIT
  /** The rival's files, where they are not those of a sound bundle. */
  readonly rivalFiles?: Record<string, string>
  /** Damages files after they are written. */
  readonly spoil?: () => Promise<void>
}

const read = async (name: string) => JSON.parse(await readFile(join(root, name), 'utf8'))

async function prepare({ candidate = modelOf(-1), rows = clients(), spoil }: Wish) {
  await writeFeatures(join(root, 'features'), NOW, rows)
  await writeModel(join(root, 'candidate'), { ...candidate, as_of: NOW })
  await spoil?.()
  return { candidate: join(root, 'candidate'), features: join(root, 'features') }
}

async function evaluated(wish: Wish = {}) {
  const inputs = await prepare(wish)
  const outputs = {
    report: join(root, 'evaluation.html'),
    evaluation: join(root, 'evaluation.json'),
  }
  const params = { as_of: NOW, split: wish.split ?? SPLIT }
  return runStage(evaluate, { params, inputs, outputs })
}

/** What the registry says of the challenger that is open. */
async function challengerOf({ challenger }: Wish) {
  if (challenger === undefined) return { version: null }
  const bundle = join(root, 'challenger')
  await writeModel(bundle, challenger)
  return { version: 4, digest: await bundleDigest(bundle), as_of: BEFORE, bundle, looks: [BEFORE] }
}

async function compared(wish: Wish = {}, minGain = 0.01) {
  const { rival = modelOf(1) } = wish
  if (rival !== null) await writeModel(join(root, 'rival'), rival, wish.rivalSplit)
  if (wish.rivalFiles) makeBundle(join(root, 'rival'), { files: wish.rivalFiles })
  const digest = await bundleDigest(join(root, 'rival'))
  const version = { version: 3, digest, as_of: BEFORE, bundle: join(root, 'rival') }
  const inputs = {
    ...(await prepare(wish)),
    rival: await answer(join(root, 'rival.json'), rival === null ? { version: null } : version),
    challenger: await answer(join(root, 'challenger.json'), await challengerOf(wish)),
  }
  const outputs = {
    report: join(root, 'comparison.html'),
    comparison: join(root, 'comparison.json'),
  }
  const params = { as_of: NOW, split: wish.split ?? SPLIT, promote: wish.gate ?? gateOf(minGain) }
  return runStage(compare, { params, inputs, outputs })
}

describe('evaluate', () => {
  it('judges on the held-out users with a label, and writes flat figures', async () => {
    const said = await evaluated()
    const found = await read('evaluation.json')
    expect(Object.keys(found)).toEqual([
      ...['auc', 'auc_low', 'auc_high', 'pr_auc', 'brier', 'log_loss', 'f1', 'precision'],
      ...['recall', 'accuracy', 'threshold', 'n', 'positives'],
    ])
    expect(found.n).toBe(heldOut.length)
    expect(found.positives).toBe(heldOut.filter((client) => client.left).length)
    expect(found.auc).toBeGreaterThan(0.7)
    expect(found.auc_low).toBeLessThan(found.auc)
    expect(found.auc_high).toBeGreaterThan(found.auc)
    expect(found.threshold).toBe(0.4)
    expect(said.metrics).toEqual(found)
    expect(said.charts).toHaveLength(4)
    // The words of the data, and none of another trade.
    const page = await readFile(join(root, 'evaluation.html'), 'utf8')
    expect(page).toContain('left is true for')
    expect(page).not.toMatch(/leavers|stayers|who left/)
    expect(said.tables[0]?.rows.map((row) => row.slice(0, 2))).toEqual([
      ['plan', 'a'],
      ['plan', 'b'],
    ])
  })

  it('does not look at users without a label, nor at those who are not held out', async () => {
    const rows = clients().map((client, i) => ({
      ...client,
      left: isHeldOut(`c${1000 + i}`, SPLIT.salt, SPLIT.held_out) ? client.left : null,
    }))
    await evaluated()
    const all = await readFile(join(root, 'evaluation.json'), 'utf8')
    await evaluated({ rows })
    expect(await readFile(join(root, 'evaluation.json'), 'utf8')).toBe(all)
  })

  it('makes a page that does not grow with the rows', async () => {
    const page = join(root, 'evaluation.html')
    const varied = (n: number) =>
      Array.from({ length: n }, (_, i) => ({
        ...clients()[i % 300],
        hours: ((i * 7919) % 10007) / 100,
      })) as Client[]
    await evaluated({ rows: varied(1500) })
    const small = (await stat(page)).size
    await evaluated({ rows: varied(9000) })
    expect((await stat(page)).size).toBeLessThan(small * 1.15)
  })
})

describe('compare', () => {
  it('scores both on the same users and gives the paired interval', async () => {
    const said = await compared()
    const found = await read('comparison.json')
    expect(found).toMatchObject({
      as_of: NOW,
      production_version: 3,
      min_gain: 0.01,
      n: heldOut.length,
      answer: 'promote',
      promote: true,
      join: null,
    })
    expect(found.bound_low).toBeGreaterThan(0)
    expect(found.gain).toBeCloseTo(found.candidate_auc - found.production_auc, 12)
    expect(found.production_auc).toBeCloseTo(1 - found.candidate_auc, 12) // the slope turned round
    expect(found.gain_low).toBeLessThan(found.gain)
    expect(found.gain_high).toBeGreaterThan(found.gain)
    const [candidate, production] = [found.candidate_auc, found.production_auc]
    expect(said.logs[0]).toBe(
      `[COMPARE] candidate_auc=${candidate.toFixed(4)} vs prod_auc=${production.toFixed(4)} (delta=0.0100)`,
    )
    expect(said.charts).toHaveLength(2)
  })

  it('does not put forward a model that ranks alike, and its gain is exactly 0', async () => {
    await compared({ candidate: modelOf(-1), rival: modelOf(-2) })
    const found = await read('comparison.json')
    expect(found).toMatchObject({ gain: 0, gain_low: 0, gain_high: 0, promote: false })
  })

  it('asks for more than min_gain', async () => {
    await compared({}, 0.99)
    expect(await read('comparison.json')).toMatchObject({ promote: false, min_gain: 0.99 })
  })

  it('judges on nobody that either was trained on when the split has changed', async () => {
    const old = { held_out: 0.5, salt: 'old' }
    const said = await compared({ rivalSplit: old })
    const both = clients().filter((_, i) =>
      [SPLIT, old].every(({ salt, held_out }) => isHeldOut(`c${1000 + i}`, salt, held_out)),
    )
    expect(both.length).toBeLessThan(heldOut.length)
    expect((await read('comparison.json')).n).toBe(both.length)
    expect(said.logs[0]).toContain('split')
  })

  it('holds a better model back by a guard rail, and says so', async () => {
    const [cost, promote] = [{ most: 1 }, gateOf()]
    const said = await compared({ gate: { ...promote, guards: { ...promote.guards, cost } } })
    // The model multiplies once.
    expect((await read('comparison.json')).answer).toBe('promote')
    const none = { ...promote.guards, cost: { most: 0 } }
    const held = await compared({ gate: { ...promote, guards: none as never } })
    expect(await read('comparison.json')).toMatchObject({ answer: 'undecided', promote: false })
    expect(held.logs.join()).toContain('guard cost, block')
    expect(said.tables.at(-1)?.rows.map(([guard]) => guard)).toContain('cost')
  })

  it('decides by the gain alone where the policy is plain', async () => {
    await compared({ rival: modelOf(-2), gate: { ...gateOf(-0.01), policy: 'plain' } })
    expect(await read('comparison.json')).toMatchObject({ gain: 0, answer: 'promote' })
  })

  it('tells which of two stays open, on the same rows', async () => {
    await compared({ challenger: modelOf(1) })
    expect((await read('comparison.json')).join).toMatchObject({ version: 4, stays: 'joining' })
    const said = await compared({ challenger: modelOf(-2) })
    expect((await read('comparison.json')).join).toMatchObject({ stays: 'open', difference: 0 })
    expect(said.logs.at(-1)).toContain('the open challenger stays open')
    const age = { name: 'age', view: 'client', type: 'number', nullable: false } as const
    await compared({ challenger: modelOf(1, [age]) })
    expect((await read('comparison.json')).join).toBeNull()
  })

  it('puts a first model forward that beats chance, and no other', async () => {
    for (const candidate of [modelOf(1), modelOf(0)]) {
      await compared({ rival: null, candidate })
      const found = await read('comparison.json')
      expect(found).toMatchObject({ production_version: null, answer: 'reject', promote: false })
      expect(found.reason).toContain('does not beat chance')
    }
    await compared({ rival: null, rows: clients().slice(0, 90) })
    expect((await read('comparison.json')).reason).toContain('a first model is judged on 30')
    const said = await compared({ rival: null })
    expect(await read('comparison.json')).toMatchObject({
      production_auc: null,
      production_version: null,
      gain: null,
      gain_low: null,
      gain_high: null,
      promote: true,
    })
    expect(said.logs[0]).toMatch(/^\[COMPARE\] candidate_auc=0\.\d{4} vs prod_auc=none/)
  })
})

const REFUSED: readonly [string, () => Wish, string][] = [
  ['no labels', () => ({ rows: clients().map((c) => ({ ...c, left: null })) }), 'NO_LABELS'],
  ['one class', () => ({ rows: clients().map((c) => ({ ...c, left: true })) }), 'ONE_CLASS'],
  ['nobody held out', () => ({ split: { ...SPLIT, held_out: 0 } }), 'NO_HELD_OUT'],
  [
    'a candidate of another data set',
    () => ({
      candidate: modelOf(1, [{ name: 'age', view: 'client', type: 'number', nullable: false }]),
    }),
    'FEATURES_UNFIT',
  ],
  [
    'a damaged bundle',
    () => ({ spoil: () => appendFile(join(root, 'candidate/model.json'), ' ') }),
    'BUNDLE_DAMAGED',
  ],
]

describe.each([
  ['evaluate', evaluated],
  ['compare', compared],
] as [string, (wish: Wish) => Promise<unknown>][])('%s refuses', (_name, run) => {
  it.each(REFUSED)('%s', async (_what, wish, code) => {
    const error = await failure(run(wish()))
    expect(error.code).toBe(code)
    expect([error.where, error.hint]).toEqual([expect.any(String), expect.any(String)])
  })
})

describe('compare refuses', () => {
  it('a rival whose features are not there, by its name', async () => {
    const age = { name: 'age', view: 'client', type: 'number', nullable: false } as const
    const error = await failure(compared({ rival: modelOf(1, [age]) }))
    expect(error.code).toBe('FEATURES_UNFIT')
    expect(error.message).toContain('version 3 in Production')
    expect(error.message).toContain('age')
  })

  it('a rival whose feature is of another type now', async () => {
    const hours = { name: 'hours', view: 'client', type: 'number', nullable: true } as const
    const plan = { name: 'plan', view: 'client', type: 'boolean', nullable: false } as const
    const error = await failure(compared({ rival: modelOf(1, [hours, plan]) }))
    expect(error.code).toBe('FEATURES_UNFIT')
    expect(error.message).toContain('plan of 2024-02-29 is VARCHAR, not a boolean')
  })

  it('a rival that is not the bundle that was registered', async () => {
    const spoil = () => writeModel(join(root, 'rival'), modelOf(5))
    expect((await failure(compared({ spoil }))).code).toBe('BUNDLE_DAMAGED')
  })

  it('a rival whose split cannot be read', async () => {
    const rivalFiles = {
      'model.json': JSON.stringify(modelOf(1)),
      'split.json': '{"held_out":2,"salt":"weir"}',
    }
    expect(await failure(compared({ rivalFiles }))).toMatchObject({
      code: 'SPLIT_INVALID',
      message: expect.stringContaining('/held_out: expected a number from 0 to 1, found 2'),
    })
  })
})
