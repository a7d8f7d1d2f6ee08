// The cell challenge on small periods: when it looks, over which months, and what it says without labels.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleDigest } from '@weir/registry/bundle'
import { beforeEach, expect, it } from 'vitest'
import challenge from '../../stages/challenge.ts'
import {
  answer,
  BEFORE,
  clients,
  DEFINITION,
  FEATURES,
  gateOf,
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

interface Wish {
  readonly looks?: readonly string[]
  readonly challenger?: ReturnType<typeof modelOf> | null
  readonly production?: ReturnType<typeof modelOf>
  readonly labelled?: boolean
  readonly standing?: boolean
  /** A label that all have in the newest period. */
  readonly left?: { readonly left: boolean }
}

async function looked({ looks = [BEFORE], challenger = modelOf(-1), ...wish }: Wish = {}) {
  const left = wish.labelled === false ? { left: null } : wish.left
  const now = clients().map((one) => ({ ...one, ...left }))
  await writeFiles(root, { 'data.yaml': DEFINITION })
  await writeFeatures(join(root, 'features'), BEFORE, clients())
  await writeFeatures(join(root, 'features'), NOW, now)
  const version = async (name: string, number: number, model: ReturnType<typeof modelOf>) => {
    const bundle = join(root, name)
    await writeModel(bundle, model)
    return { version: number, digest: await bundleDigest(bundle), as_of: BEFORE, bundle }
  }
  const none = { version: null }
  const open = challenger && { ...(await version('open', 2, challenger)), looks }
  const standing = await version('standing', 1, wish.production ?? modelOf(1))
  const said = await runStage(challenge, {
    params: { as_of: NOW, data: { definition: 'x' }, split: SPLIT, promote: gateOf() },
    inputs: {
      definition: join(root, 'data.yaml'),
      features: join(root, 'features'),
      challenger: await answer(join(root, 'challenger.json'), open ?? none),
      incumbent: await answer(
        join(root, 'incumbent.json'),
        wish.standing === false ? none : standing,
      ),
    },
    outputs: { challenge: join(root, 'challenge.json') },
  })
  return { said, found: JSON.parse(await readFile(join(root, 'challenge.json'), 'utf8')) }
}

it('pools the looks so far with the newest labels, each user once', async () => {
  const { said, found } = await looked()
  expect(found).toMatchObject({
    version: 2,
    against: 1,
    looks: [BEFORE, NOW],
    answer: 'promote',
    reason: expect.stringMatching(
      /^version 2 against version 1: the candidate gains .* over 2 months/,
    ),
  })
  const once = (await looked({ looks: [] })).found
  // The second month repeats the first, user by user: it adds nothing to what is known.
  expect(found.gain).toBeCloseTo(once.gain, 12)
  expect(found.se).toBeCloseTo(once.se, 12)
  expect(once.looks).toEqual([NOW])
  expect(said.metrics).toMatchObject({ version: 2, answer: 'promote', looks: 2 })
  expect(said.tables).toHaveLength(2)
})

it('rejects one that ranks like Production', async () => {
  expect((await looked({ production: modelOf(-2) })).found).toMatchObject({
    gain: 0,
    answer: 'reject',
  })
})

it('waits where no labels are newer than its last look', async () => {
  const { said, found } = await looked({ labelled: false })
  expect(found).toMatchObject({ version: 2, looks: [BEFORE], answer: null, gain: null })
  expect(said.logs).toEqual([`version 2 waits: no labels are newer than those of ${BEFORE}`])
  expect(said.tables).toEqual([])
})

it.each([
  ['no challenger', { challenger: null }],
  ['nothing in Production', { standing: false }],
])('has nothing to do with %s', async (_, wish) => {
  const { found } = await looked(wish)
  expect(found).toMatchObject({
    version: null,
    answer: null,
    reason: 'there is no open challenger',
  })
})

const GONE = FEATURES.slice(0, 1).map((one) => ({ ...one, name: 'gone' }))

it.each([
  ['the challenger', { challenger: modelOf(-1, GONE) }],
  ['Production', { production: modelOf(1, GONE) }],
])('waits where the definition has changed under %s: the month goes on', async (_, wish) => {
  const { found } = await looked(wish)
  expect(found).toMatchObject({ version: 2, looks: [BEFORE], answer: null, gain: null })
  expect(found.reason).toMatch(/^version 2 waits: .* cannot score .*gone/)
})

it('waits where all held-out users of the newest labels are of one class', async () => {
  const { found } = await looked({ left: { left: false } })
  expect(found).toMatchObject({ version: 2, looks: [BEFORE], answer: null })
  expect(found.reason).toMatch(/^version 2 waits: all \d+ held-out users/)
})
