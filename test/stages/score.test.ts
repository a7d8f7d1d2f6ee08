// The cell score on small periods: which period it judges on, beside what, and what keeps it from judging.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isHeldOut } from '@weir/ml/decisions'
import { bundleDigest } from '@weir/registry/bundle'
import { beforeEach, describe, expect, it } from 'vitest'
import score from '../../stages/score.ts'
import {
  answer,
  BEFORE,
  type Client,
  clients,
  DEFINITION,
  modelOf,
  NOW,
  SPLIT,
  writeFeatures,
  writeModel,
} from './judged.ts'
import { runStage, temporary, writeFiles } from './rig.ts'

let root: string
beforeEach(async () => {
  root = await temporary()
})

const unlabelled = () => clients().map((client) => ({ ...client, left: null }))
const reversed = () => clients().map((client) => ({ ...client, left: !client.left }))

interface Wish {
  readonly now?: readonly Client[]
  readonly before?: readonly Client[] | null
  readonly standing?: boolean
  readonly split?: typeof SPLIT
  readonly model?: ReturnType<typeof modelOf>
}

async function scored({ now = clients(), before = clients(), ...wish }: Wish = {}) {
  await writeFiles(root, { 'data.yaml': DEFINITION })
  await writeFeatures(join(root, 'features'), NOW, now)
  if (before !== null) await writeFeatures(join(root, 'features'), BEFORE, before)
  await writeModel(join(root, 'bundle'), wish.model ?? modelOf(-1))
  const digest = await bundleDigest(join(root, 'bundle'))
  const version = { version: 1, digest, as_of: BEFORE, bundle: join(root, 'bundle') }
  const said = await runStage(score, {
    params: { as_of: NOW, data: { definition: 'data.yaml' }, split: wish.split ?? SPLIT },
    inputs: {
      definition: join(root, 'data.yaml'),
      features: join(root, 'features'),
      incumbent: await answer(
        join(root, 'incumbent.json'),
        wish.standing === false ? { version: null } : version,
      ),
    },
    outputs: { score: join(root, 'score.json') },
  })
  return { said, found: JSON.parse(await readFile(join(root, 'score.json'), 'utf8')) }
}

describe('score', () => {
  it('judges Production on the held-out users of every labelled period since its registration', async () => {
    const { said, found } = await scored({ now: reversed() })
    const held = clients().filter((_, i) => isHeldOut(`c${1000 + i}`, SPLIT.salt, SPLIT.held_out))
    expect(found).toMatchObject({ as_of: NOW, labelled: NOW, version: 1, note: null })
    expect(found.months.map(({ period }: { period: string }) => period)).toEqual([BEFORE, NOW])
    expect([found.months[1], found.months[0]]).toEqual([found.current, found.registration])
    expect(found.current.n).toBe(held.length)
    // The labels turned round: what was ranked right is ranked wrong, and the model expects no such thing.
    expect(found.current.auc.value).toBeCloseTo(1 - found.registration.auc.value, 12)
    expect(found.current.expected).toEqual(found.registration.expected)
    for (const name of ['auc', 'f1', 'precision', 'recall', 'brier', 'called']) {
      const { value, low, high } = found.current[name]
      expect(low, name).toBeLessThanOrEqual(value)
      expect(high, name).toBeGreaterThanOrEqual(value)
    }
    expect(said.metrics).toMatchObject({ version: 1, auc: found.current.auc.value })
    expect(said.charts).toEqual(['AUC of Production by month'])
    expect(said.logs[0]).toMatch(/^version 1 on \d+ held-out users of 2024-02-29: auc=0\.\d{4}/)
  })

  it('judges on the newest period with labels, and tells what it predicts for the one without', async () => {
    const { found } = await scored({ now: unlabelled() })
    expect(found).toMatchObject({ as_of: NOW, labelled: BEFORE })
    expect(found.current.period).toBe(BEFORE)
    expect(found.prediction.current).toMatchObject({ period: NOW, n: found.current.n })
    expect(found.target.current.n).toBe(300)
  })

  it('counts the labels of all users, of both periods', async () => {
    const { found } = await scored({ now: reversed() })
    const left = clients().filter((client) => client.left).length
    expect(found.target).toEqual({
      current: { period: NOW, n: 300, positives: 300 - left },
      registration: { period: BEFORE, n: 300, positives: left },
    })
  })

  it('says the labelled period where nothing is in Production', async () => {
    const { said, found } = await scored({ standing: false, now: unlabelled() })
    expect(found).toMatchObject({ labelled: BEFORE, version: null, current: null, months: [] })
    expect(said.logs).toEqual([`nothing in Production to score; newest labels: ${BEFORE}`])
  })

  it('goes on without the registration where its period is gone', async () => {
    const { found } = await scored({ before: null })
    expect(found).toMatchObject({ registration: null, labelled: NOW })
    expect(found.prediction.registration).toBeNull()
  })

  it('says why a period cannot judge, and does not fail the month', async () => {
    const all = clients().map((client) => ({ ...client, left: true }))
    const { found } = await scored({ now: all })
    expect(found).toMatchObject({ current: null, note: expect.stringContaining('have the label') })
    const age = { name: 'age', view: 'client', type: 'number', nullable: false } as const
    const unfit = await scored({ model: modelOf(1, [age]) })
    expect(unfit.found).toMatchObject({ current: null, note: expect.stringContaining('age') })
    expect(unfit.said.logs[0]).toContain('version 1 is not scored')
  })
})
