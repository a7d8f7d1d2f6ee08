// The real months, with a server that was started before the second: acceptance 2 of the loop.
// The figures are those of the data's fact sheet; where the exports are not at hand, the tests are skipped.
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { freshClone, MONTH_1, MONTH_2, prepared, REAL_MONTHS, withOutcome } from './rig.ts'
import { askWhile, type Prediction, serve, versionsOf } from './server.ts'

const USER = { user_id: '7590-VHVEG' }

interface Comparison {
  readonly candidate_auc: number
  readonly production_auc: number
  readonly gain_low: number
}

/** What the log of a run tells, without the names of the stages. */
const said = (stdout: string, line: RegExp) => line.exec(stdout)?.[0]

describe.skipIf(!existsSync(REAL_MONTHS))('the real months', () => {
  const afterFirst = prepared(async () => {
    const it = freshClone()
    const end = await it.weir('run', '-S', `data.source=${REAL_MONTHS}`, '--until', 'promote')
    if (end.code !== 0) throw new Error(end.stdout + end.stderr)
    return it
  })

  test('month 1 is promoted by bootstrap', async () => {
    const it = await afterFirst()
    expect(await it.registry()).toEqual(['Production'])
    expect(it.has('simulated')).toBe(false)
    expect(it.json('artifacts/validation.json')).toMatchObject({
      rows: 7043,
      failed: 0,
    })
    expect(it.json('artifacts/decision.json')).toMatchObject({ action: 'bootstrap' })
    expect(it.json<{ auc: number }>('artifacts/evaluation.json').auc).toBeGreaterThan(0.8)
    expect(await it.outcomes()).toMatchObject({
      simulate: 'skipped',
      ingest: 'cached',
      promote: 'cached',
    })
  })

  test('month 2 drifts, version 2 is promoted, and the running server follows there and back', async () => {
    const it = await afterFirst()
    const server = await serve(it)
    const first = (await server.post('/predict', USER)).body as unknown as Prediction
    expect(first).toMatchObject({ ...USER, model: { name: 'streamflow_churn', version: 1 } })
    expect(first.features_used).toMatchObject({ months_active: 1, monthly_fee: 29.85 })

    let log = ''
    const swap = await askWhile(server, USER, async () => {
      const end = await it.weir('run', '-S', `as_of=${MONTH_2}`)
      expect(end).toMatchObject({ code: 0 })
      log = end.stdout
      await server.serves(2)
    })
    expect(swap.filter(({ status }) => status !== 200)).toEqual([])
    expect(versionsOf(swap)).toEqual([1, 2])
    expectDrift(it.json('artifacts/drift.json'))
    const { candidate_auc, production_auc, gain_low } = it.json<Comparison>(
      'artifacts/comparison.json',
    )
    expect(production_auc).toBeLessThan(0.5)
    expect(candidate_auc).toBeGreaterThan(0.6)
    expect(gain_low).toBeGreaterThan(0)
    expectLog(log, candidate_auc.toFixed(4), production_auc.toFixed(4))

    const back = await askWhile(server, USER, async () => {
      expect(await it.weir('registry', 'rollback')).toMatchObject({ code: 0 })
      await server.serves(1)
    })
    expect(back.filter(({ status }) => status !== 200)).toEqual([])
    expect(versionsOf([...back, await server.post('/predict', USER)]).at(-1)).toBe(1)
    expect(withOutcome(await it.outcomes(), 'ran')).toEqual([])
    expect(await it.registry()).toEqual(['Production', 'Archived'])
  })
})

function expectDrift(drift: { columns: { column: string; drifted: boolean }[] }): void {
  expect(drift).toMatchObject({ reference: MONTH_1, current: MONTH_2, threshold: 0.02, drifted: 1 })
  expect(drift).toHaveProperty('drift_share', 1 / 15)
  // |26.54 % - 24.15 %| of churn
  expect(drift).toHaveProperty('target_drift', expect.closeTo(0.0239, 4))
  const drifted = drift.columns.filter((column) => column.drifted).map(({ column }) => column)
  expect(drifted).toEqual(['rebuffer_events_7d'])
}

/** The lines that tools of the replaced system read. */
function expectLog(log: string, candidate: string, production: string): void {
  expect(said(log, /\[COMPARE\].*/)).toBe(
    `[COMPARE] candidate_auc=${candidate} vs prod_auc=${production} (delta=0.0100)`,
  )
  expect(said(log, /\[DECISION\].*/)).toBe('[DECISION] promoted')
  expect(said(log, /\[SUMMARY\].*/)).toBe(
    `[SUMMARY] as_of=${MONTH_2} cand_v=2 cand_auc=${candidate} prod_v=1 prod_auc=${production} -> promoted`,
  )
  expect(said(log, /RETRAINING_TRIGGERED.*->.*/)).toBe(
    'RETRAINING_TRIGGERED drift_share=0.0667 >= 0.02 (target_drift=0.0239) -> promoted',
  )
}
