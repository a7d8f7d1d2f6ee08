// Looks at a challenger, what it comes to, and what the references tell a run of each month.
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { challenger } from '../src/fold.ts'
import { resolveRegistryRef } from '../src/refs.ts'
import { openRegistry, type Registry } from '../src/registry.ts'
import { bundleOf, makeBundle, NAME, quietEffects, scratch, tableOf } from './rig.ts'

const [M1, M2, M3, M4] = ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30']
const LOOK = { against: 1, gain: 0.008, se: 0.006 }

let root: string
/** The registry as a run of a month opens it, and as a person does. */
let at: (period: string | null) => Registry
beforeEach(async () => {
  root = scratch()
  const effects = quietEffects()
  at = (period) => openRegistry(join(root, 'models'), { ...effects, period })
  await at(M1).register(bundleOf(root, 'a', M1), 'first')
  await at(M1).promote(NAME, 1, { reason: 'first' })
  await at(M2).register(bundleOf(root, 'b', M2), 'second')
  await at(M2).challenge(NAME, 2, { ...LOOK, labelled: M2 }, 'undecided')
})

const state = async () => (await at(null).state()).get(NAME)
const decided = async (version: number) => (await state())?.versions.get(version)?.decided?.decision
const ask = async (kind: string) =>
  JSON.parse((await resolveRegistryRef(`registry://${NAME}/${kind}`, root)) ?? 'null')
const open = (before: string) => ask(`challenger?store=models&before=${before}`)

describe('the open challenger', () => {
  it('is what one month left undecided, with its looks; the month itself does not see it', async () => {
    expect(challenger(await state())?.version).toBe(2)
    expect(await open(M2)).toEqual({ version: null })
    expect(await open(M3)).toMatchObject({ version: 2, as_of: M2, looks: [M2] })
    await at(M3).challenge(NAME, 2, { ...LOOK, labelled: M3 }, 'again')
    expect((await open(M3)).looks).toEqual([M2])
    expect((await open(M4)).looks).toEqual([M2, M3])
  })

  it('is looked at once a labelled period', async () => {
    const again = await at(M3).challenge(NAME, 2, { ...LOOK, labelled: M2 }, 'same labels')
    expect(again.changed).toBe(false)
  })

  it('that is promoted a month late leaves the run of that month with nothing to do', async () => {
    const before = [await open(M3), await ask(`incumbent?store=models&before=${M3}`)]
    await at(M3).promote(NAME, 2, { reason: 'shown' })
    expect(await decided(2)).toBe('promoted')
    expect([await open(M3), await ask(`incumbent?store=models&before=${M3}`)]).toEqual(before)
    expect(await open(M4)).toEqual({ version: null })
    expect((await ask(`incumbent?store=models&before=${M4}`)).version).toBe(2)
  })

  it.each(['rejected', 'superseded', 'not_shown'] as const)('is closed as %s once', async (how) => {
    await at(M3).close(NAME, 2, how, 'because')
    expect(await decided(2)).toBe(how)
    expect(challenger(await state())).toBeNull()
    expect((await at(M3).close(NAME, 2, 'rejected', 'again')).changed).toBe(false)
    expect((await at(M3).challenge(NAME, 2, { ...LOOK, labelled: M3 }, '')).changed).toBe(false)
  })

  it('is looked at anew when another version enters Production', async () => {
    await at(M3).register(bundleOf(root, 'c', M3))
    await at(M3).promote(NAME, 3, { reason: '' })
    expect(await open(M4)).toMatchObject({ version: 2, looks: [] })
  })

  it('before a candidate was registered is what that candidate joined', async () => {
    bundleOf(root, 'c', M3)
    const joined = () => ask('challenger?store=models&candidate=candidate-c')
    expect(await joined()).toMatchObject({ version: 2 })
    await at(M3).register(join(root, 'candidate-c'))
    await at(M3).close(NAME, 2, 'superseded', '')
    expect(await joined()).toMatchObject({ version: 2 })
  })

  it('may be refused by a person, and nothing else may', async () => {
    await at(null).refuse(NAME, 2, 'no')
    expect(await decided(2)).toBe('rejected')
    await expect(at(null).refuse(NAME, 2, 'no')).rejects.toMatchObject({ code: 'NOT_WAITING' })
    await expect(at(null).refuse(NAME, 1, 'no')).rejects.toMatchObject({ code: 'NOT_WAITING' })
  })
})

describe('what earlier periods decided on', () => {
  const past = (before: string) => ask(`past?store=models&before=${before}`)

  it('is their newest labels and the causes that asked in vain', async () => {
    const table = await at(M2).storeTable(tableOf(root, 't', M2))
    const causes = [{ reason: 'drift', figure: 0.07 }]
    await at(M2).publish(NAME, table, 'M2', { labelled: M2, causes })
    expect(await past(M2)).toEqual({ labelled: M1, asked: [], acknowledged: [] })
    expect(await past(M3)).toEqual({
      labelled: M2,
      asked: [{ reason: 'drift', figure: 0.07, period: M2, labelled: M2 }],
      acknowledged: [],
    })
    await at(M3).promote(NAME, 2, { reason: '' })
    expect((await past(M4)).asked).toEqual([])
  })

  it('is silenced by a person in the newest period too, until Production changes', async () => {
    await at(null).acknowledge(NAME, { reason: 'target', figure: 0.04 }, 'a price test')
    const note = { reason: 'target', figure: 0.04, note: 'a price test' }
    expect((await past(M1)).acknowledged).toEqual([])
    expect((await past(M2)).acknowledged).toEqual([note])
    expect((await past(M3)).acknowledged).toEqual([note])
    await at(M3).promote(NAME, 2, { reason: '' })
    expect((await past(M4)).acknowledged).toEqual([])
  })
})

describe('the features that may be served', () => {
  const served = async (before: string) =>
    (await ask(`served?store=models&before=${before}`)).features.map(
      ({ name }: { name: string }) => name,
    )
  /** A version of one feature of its own. */
  const put = async (name: string, period: string) => {
    const features = [{ name, view: 'usage', type: 'number', nullable: true }]
    const files = { 'model.json': JSON.stringify({ features }) }
    const dir = makeBundle(join(root, `candidate-${name}`), { asOf: period, files })
    return (await at(period).register(dir)).version.version
  }

  it('are those of the last three in Production and of the challenger', async () => {
    expect(await served(M1)).toEqual([])
    for (const name of ['c', 'd', 'e', 'f']) {
      await at(M2).promote(NAME, await put(name, M2), { reason: '' })
    }
    await at(M2).close(NAME, 2, 'superseded', '')
    const open = await put('g', M2)
    await at(M2).challenge(NAME, open, { ...LOOK, labelled: M2 }, '')
    expect(await served(M3)).toEqual(['f', 'e', 'd', 'g'])
    await at(null).rollback(NAME, 3)
    expect(await served(M3)).toEqual(['c', 'f', 'e', 'g'])
  })
})
