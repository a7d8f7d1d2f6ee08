// A person's word on a reason: what is asked of it, and what the registry remembers.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diskFiles } from '@weir/base/files'
import { describe, expect, it } from 'vitest'
import { NAME, project, promote } from '../../../serve/test/rig.ts'
import { acknowledge } from '../src/acknowledge.ts'
import { monitorSettings } from '../src/settings.ts'

/** A project with a version in Production and a last decision. */
async function decided() {
  const home = project()
  await promote(home, 2)
  const reasons = ['performance', 'drift', 'target', 'calibration', 'age'].map((name) => ({
    name,
    asks: name === 'drift',
    figure: name === 'drift' ? 0.2 : null,
    p: null,
    text: name,
    silenced: null,
  }))
  const decision = {
    as_of: '2024-02-29',
    action: 'retrain',
    retrain: true,
    reason: 'RETRAINING_TRIGGERED',
    drift_share: 0.2,
    threshold: 0.02,
    target_drift: null,
    labelled: '2024-02-29',
    cause: 'drift',
    reasons,
  }
  mkdirSync(join(home.root, 'artifacts'), { recursive: true })
  writeFileSync(join(home.root, 'artifacts/decision.json'), JSON.stringify(decision))
  const values = {
    as_of: '2024-02-29',
    data: { definition: 'd', source: 's' },
    promote: { name: NAME, store: home.store },
  }
  return { home, settings: monitorSettings({ root: home.root, values }, {}) }
}

describe('acknowledge', () => {
  it('remembers the reason with its figure and the words', async () => {
    const { home, settings } = await decided()
    const done = await acknowledge(settings, 'drift', 'as planned', diskFiles, {
      user: () => 'ada',
    })
    expect(done).toEqual({ cause: 'drift', figure: 0.2, period: '2024-02-29' })
    expect((await home.registry.history(NAME)).at(-1)).toMatchObject({
      type: 'acknowledged',
      cause: { reason: 'drift', figure: 0.2 },
      reason: 'as planned',
      by: 'ada',
    })
    const unknown = await acknowledge(settings, 'target', 'as planned', diskFiles, {})
    expect(unknown.figure).toBeNull()
  })

  it.each([
    ['drfit', 'x', 'did you mean drift?'],
    ['weather', 'x', 'performance, drift'],
    ['drift', '', 'history'],
  ])('refuses %s with the words %j', async (word, note, hint) => {
    const { settings } = await decided()
    await expect(acknowledge(settings, word, note, diskFiles, {})).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining(hint),
    })
  })

  it('needs a decision that can be read', async () => {
    const { home, settings } = await decided()
    writeFileSync(join(home.root, 'artifacts/decision.json'), '{}')
    await expect(acknowledge(settings, 'drift', 'x', diskFiles, {})).rejects.toMatchObject({
      code: 'DECISION_MISSING',
      where: 'artifacts/decision.json',
    })
  })
})
