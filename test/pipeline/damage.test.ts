// Damaged bundles and journals under a project that stands: what is broken is named, never used, and mended where
// the pipeline can mend it. Line 7 of the loop's acceptance, the part of the registry.

import { sha256 } from '@weir/base'
import { describe, expect, test } from 'vitest'
import { jsonOf } from '../../packages/runner/test/e2e/rig.ts'
import { afterMonth2, type Churn, every, MONTH_3, stageOf, withOutcome } from './rig.ts'
import { serve } from './server.ts'

const JOURNAL = 'models/journal.jsonl'
const HALF = '{"schema":"weir/mod'

/** The files of a version's bundle in the registry. */
async function bundle(it: Churn, version: number): Promise<string> {
  const end = await it.weir('registry', 'list', '--json')
  const { versions } = jsonOf<{ versions: { version: number; digest: string }[] }>(end)
  return `models/bundles/${versions.find((known) => known.version === version)?.digest}`
}

const ways: readonly (readonly [string, (it: Churn, folder: string) => void])[] = [
  ['half-written', (it, folder) => it.scribble(`${folder}/model.json`, HALF)],
  [
    'changed in one digit',
    (it, folder) => it.edit(`${folder}/model.json`, '"threshold": 0.', '"threshold": 1.'),
  ],
  ['without its manifest', (it, folder) => it.remove(`${folder}/manifest.json`)],
  ['gone', (it, folder) => it.remove(folder)],
]

describe('a bundle of the registry', () => {
  test.for(ways)('%s: is not rolled back to, and nothing changes', async ([, damage]) => {
    const it = await afterMonth2()
    damage(it, await bundle(it, 1))
    const journal = it.read(JOURNAL)
    const end = await it.weir('registry', 'rollback')
    expect(end.code).toBe(1)
    expect(end.stderr).toMatch(/error\[BUNDLE_(DAMAGED|MISSING)\]/)
    expect(end.stderr).toContain('models/bundles/')
    expect(it.read(JOURNAL)).toBe(journal)
    expect(await it.registry()).toEqual(['Archived', 'Production'])
  })

  test.for(ways)('%s: of the candidate is put back by promote', async ([, damage]) => {
    const it = await afterMonth2()
    const models = it.contents('models')
    damage(it, await bundle(it, 2))
    expect((await it.reasons()).promote?.join()).toContain('output missing: registry:')
    expect(withOutcome(await it.outcomes(), 'ran')).toEqual(['promote'])
    expect(it.contents('models')).toEqual(models)
    expect(await it.outcomes()).toEqual(every('cached'))
  })

  test('that Production needs stops the next month, by name, and a server keeps what it has', async () => {
    const it = await afterMonth2()
    const server = await serve(it)
    const folder = await bundle(it, 2)
    it.scribble(`${folder}/model.json`, HALF)
    const run = await it.run('-S', `as_of=${MONTH_3}`)
    expect(run.end.code).toBe(1)
    expect(stageOf(run, 'score')).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'BUNDLE_DAMAGED',
        message: expect.stringContaining('version 2 in Production'),
      },
    })
    expect(stageOf(run, 'promote').outcome).toBe('skipped')
    expect(await it.registry()).toEqual(['Archived', 'Production'])
    expect((await server.get('/model')).body).toMatchObject({ version: 2 })
  })
})

describe.concurrent('the candidate', () => {
  test.for([
    ['replaced by half a file', (it: Churn) => it.write('artifacts/candidate/model.json', HALF)],
    ['without a file', (it: Churn) => it.remove('artifacts/candidate/examples.json')],
    ['gone', (it: Churn) => it.remove('artifacts/candidate')],
  ] as const)('%s comes back from the cache', async ([, damage]) => {
    const it = await afterMonth2()
    const before = it.contents('artifacts', 'models')
    damage(it)
    expect(await it.outcomes()).toEqual({ ...every('cached'), train: 'restored' })
    expect(it.contents('artifacts', 'models')).toEqual(before)
  })

  test('overwritten together with the cache is trained again, to the same bytes', async () => {
    const it = await afterMonth2()
    const before = it.contents('artifacts', 'models')
    const digest = sha256(it.read('artifacts/candidate/model.json'))
    it.scribble('artifacts/candidate/model.json', HALF)
    it.scribble(`.weir/cache/${digest.slice(0, 2)}/${digest.slice(2)}`, HALF)
    expect(await it.outcomes()).toEqual({ ...every('cached'), train: 'ran' })
    expect(it.contents('artifacts', 'models')).toEqual(before)
  })
})

describe.concurrent('the journal', () => {
  test.for([
    ['a line that is no event', (text: string) => `${text}what is this\n`, 'line 9'],
    ['a line changed', (text: string) => text.replace('"seq":2', '"seq":7'), 'line 2'],
    ['a line removed', (text: string) => text.split('\n').toSpliced(1, 1).join('\n'), 'line 2'],
  ] as const)('with %s is refused everywhere, and stays as it is', async ([, damage, line]) => {
    const it = await afterMonth2()
    const damaged = damage(it.read(JOURNAL))
    it.write(JOURNAL, damaged)
    for (const command of ['list', 'history', 'rollback']) {
      const end = await it.weir('registry', command)
      expect(end.code).toBe(1)
      expect(end.stderr).toContain('error[JOURNAL_DAMAGED]')
      expect(end.stderr).toContain(line)
    }
    const run = await it.run()
    expect(run.end.code).toBe(1)
    expect(run.stages.find(({ outcome }) => outcome === 'failed')?.error).toMatchObject({
      code: 'JOURNAL_DAMAGED',
      place: { file: expect.stringContaining('journal.jsonl') },
    })
    expect((await it.reasons()).drift?.join()).toContain('JOURNAL_DAMAGED')
    expect((await it.weir('explain', 'promote')).stdout).toContain('JOURNAL_DAMAGED')
    expect(it.read(JOURNAL)).toBe(damaged)
  })

  test('with a torn last line loses that event only, and says so', async () => {
    const it = await afterMonth2()
    it.write(JOURNAL, it.read(JOURNAL).slice(0, -40))
    const end = await it.weir('registry', 'list')
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('torn last line') })
    expect(await it.outcomes()).toEqual(every('cached'))
    expect(await it.weir('registry', 'rollback')).toMatchObject({ code: 0 })
    expect(await it.registry()).toEqual(['Production', 'Archived'])
  })
})
