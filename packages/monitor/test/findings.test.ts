// What a look finds of the stages: artefacts of its period only, and damaged ones as if they were missing.
import { join } from 'node:path'
import { diskFiles, type Files } from '@weir/base/files'
import { expect, it } from 'vitest'
import { stageFindings } from '../src/findings.ts'

const PERIOD = '2024-02-29'
const NOTHING = { action: null, reason: null, decision: null, performance: null, drift: null }

const DECISION = {
  as_of: PERIOD,
  action: 'wait',
  retrain: false,
  reason: 'wait: for labels',
  drift_share: null,
  threshold: 0.3,
  target_drift: null,
  labelled: null,
  cause: null,
  reasons: [],
}
const DRIFT = {
  reference: '2024-01-31',
  current: PERIOD,
  preset: 'evidently',
  drift_share: 0.25,
  threshold: 0.02,
  target_drift: null,
  target: null,
  classifier: null,
  drifted: 0,
  columns: [],
}

/** The findings where the folder of artefacts has these texts. */
function found(artifacts: Readonly<Record<string, unknown>>) {
  const texts = new Map(
    Object.entries(artifacts).map(([name, value]) => [
      join('root', 'artifacts', name),
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
  const files: Files = { ...diskFiles, read: (path) => texts.get(path) }
  return stageFindings('root', PERIOD, files)
}

it('are none without artefacts', () => {
  expect(found({})).toEqual(NOTHING)
})

it('have the action and its reason, and what drifted', () => {
  const drift = { reference: '2024-01-31', share: 0.25, columns: [] }
  expect(found({ 'decision.json': DECISION, 'drift.json': DRIFT })).toEqual({
    ...NOTHING,
    action: 'wait',
    reason: 'wait: for labels',
    drift,
  })
})

it.each([
  ['of another period', { ...DECISION, as_of: '2024-01-31' }, { ...DRIFT, current: '2024-01-31' }],
  ['with a key too many', { ...DECISION, more: 1 }, { ...DRIFT, more: 1 }],
  ['with a word that is none', { ...DECISION, action: 'sleep' }, { ...DRIFT, columns: 'none' }],
  ['cut off', JSON.stringify(DECISION).slice(0, -9), JSON.stringify(DRIFT).slice(0, -9)],
  ['empty', '', ''],
])('are none where the artefacts are %s', (_, decision, drift) => {
  expect(found({ 'decision.json': decision, 'drift.json': drift })).toEqual(NOTHING)
})
