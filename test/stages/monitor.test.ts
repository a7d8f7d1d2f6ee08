// The cell drift on small periods: what they write, what they say, what they refuse.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { METHOD_NAMES } from '@weir/ml/drift'
import { beforeEach, describe, expect, it } from 'vitest'
import drift from '../../stages/drift.ts'
import { answer, BEFORE, type Client, clients, DEFINITION, NOW, writeFeatures } from './judged.ts'
import { failure, runStage, temporary } from './rig.ts'

const version = (asOf: string) => ({
  version: 1,
  digest: sha256('bundle'),
  as_of: asOf,
  bundle: 'models/x',
})

let root: string
beforeEach(async () => {
  root = await temporary()
  await writeFile(join(root, 'clients.yaml'), DEFINITION)
})

interface Wish {
  readonly before?: readonly Client[] | null
  readonly now?: readonly Client[]
  readonly incumbent?: unknown
  readonly settings?: object
}

/** Runs drift on two periods; null leaves the first one out. */
async function measure(wish: Wish = {}) {
  const { before = clients(), now = clients(), incumbent = version(BEFORE), settings } = wish
  const features = join(root, 'features')
  if (before !== null) await writeFeatures(features, BEFORE, before)
  await writeFeatures(features, NOW, now)
  const definition = join(root, 'clients.yaml')
  const params = {
    as_of: NOW,
    seed: 42,
    data: { definition },
    drift: { threshold: 0.02, reference: 'production', ...settings },
  }
  const inputs = {
    definition,
    features,
    incumbent: await answer(join(root, 'incumbent.json'), incumbent),
  }
  const outputs = { reports: join(root, 'reports/drift'), drift: join(root, 'drift.json') }
  return runStage(drift, { params, inputs, outputs })
}

const report = async () => JSON.parse(await readFile(join(root, 'drift.json'), 'utf8'))

describe('drift', () => {
  it('compares with the period of Production: features and target, the key not', async () => {
    const said = await measure({ now: clients(50) })
    const found = await report()
    expect(Object.keys(found)).toEqual([
      ...['reference', 'current', 'preset', 'drift_share', 'threshold', 'target_drift', 'target'],
      ...['classifier', 'drifted', 'columns'],
    ])
    expect(found).toMatchObject({ reference: BEFORE, current: NOW, drifted: 1, threshold: 0.02 })
    expect(found.drift_share).toBe(1 / 3)
    expect(found.target_drift).toBe(0)
    expect(found.columns.map((c: { column: string }) => c.column)).toEqual([
      'hours',
      'plan',
      'left',
    ])
    expect(Object.keys(found.columns[0])).toEqual([
      ...['column', 'type', 'method', 'threshold', 'score', 'test', 'p', 'adjusted', 'alpha'],
      ...['drifted', 'why', 'n_ref', 'n_cur', 'blanks', 'new_levels'],
    ])
    expect(found.columns[0]).toMatchObject({ method: 'wasserstein', test: 'ks', drifted: true })
    expect(found.columns[0]).toMatchObject({ threshold: 0.1, alpha: 0.01, n_ref: 300, n_cur: 300 })
    expect(found.columns[0].why).toMatch(
      /^moved: wasserstein 1\.7\d? standard deviations of 0\.1, ks p < 0\.0001/,
    )
    expect(found.columns[1].why).toBe('not significant: z p = 1, 0.01 is asked for')
    expect(said.charts[0]).toBe('Effect ÷ threshold by column (bars end at 4)')
    // Also those that did not drift have their two distributions.
    expect(said.charts.slice(1)).toHaveLength(3)
    expect(said.tables[0]?.rows.map((row) => [row[0], row[1]])).toEqual([
      ['hours', 'yes'],
      ['plan', 'no'],
      ['left', 'no'],
    ])
    // Everybody's hours moved by 50 of 101: apart but for the overlap.
    expect(found.classifier).toMatchObject({ rows: 600 })
    expect(found.classifier.terms[0]).toBe('hours')
    expect(found.classifier.auc).toBeGreaterThan(0.8)
    expect(said.metrics).toMatchObject({ drifted: 1, columns: 3 })
  })

  it('writes the same JSON beside the page', async () => {
    await measure()
    const name = `drift_${BEFORE}_vs_${NOW}`
    expect((await readdir(join(root, 'reports/drift'))).sort()).toEqual([
      `${name}.html`,
      `${name}.json`,
    ])
    const beside = await readFile(join(root, 'reports/drift', `${name}.json`), 'utf8')
    expect(beside).toBe(await readFile(join(root, 'drift.json'), 'utf8'))
  })

  it('makes a page that does not grow with the rows', async () => {
    const page = join(root, `reports/drift/drift_${BEFORE}_vs_${NOW}.html`)
    await measure({ now: clients(50) })
    const small = (await stat(page)).size
    const many = (shift: number) => Array.from({ length: 20 }, () => clients(shift)).flat()
    await measure({ before: many(0), now: many(50) })
    expect((await stat(page)).size).toBeLessThan(small * 1.05)
  })

  it('has no reference without Production, and says so', async () => {
    const said = await measure({ before: null, incumbent: { version: null } })
    expect(await report()).toMatchObject({ reference: null, drift_share: null, columns: [] })
    expect(said.logs).toEqual([`There is no earlier period to compare ${NOW} with.`])
    expect(await readdir(join(root, 'reports/drift'))).toContain(`drift_none_vs_${NOW}.json`)
  })

  it('takes an answer of nothing as no Production', async () => {
    await measure({ before: null, incumbent: null })
    expect((await report()).reference).toBeNull()
  })

  it('leaves the target out where labels are not known yet', async () => {
    await measure({ now: clients().map((client) => ({ ...client, left: null })) })
    const found = await report()
    expect(found.columns).toHaveLength(2)
    expect(found.target_drift).toBeNull()
  })

  it('has a null score, never NaN, for a column that went blank', async () => {
    await measure({ now: clients().map((client) => ({ ...client, hours: null })) })
    expect((await report()).columns[0]).toMatchObject({ score: null, drifted: true, n_cur: 0 })
  })

  it('has drifted where half of a column went blank, and says so', async () => {
    const half = clients().map((client, i) => (i % 2 === 0 ? client : { ...client, hours: null }))
    await measure({ now: half })
    const [hours] = (await report()).columns
    expect(hours).toMatchObject({ drifted: true, blanks: { reference: 0, current: 0.5 } })
    expect(hours.why).toContain('blanks 0 % to 50 %, p < 0.0001')
  })

  it('tells the drift of the label with its rates and its p-value', async () => {
    await measure({ now: clients().map((client, i) => ({ ...client, left: i % 10 === 0 })) })
    const { target_drift, target } = await report()
    expect(target).toMatchObject({ current: 0.1, difference: target_drift, matters: 0.03 })
    expect(target.p).toBeLessThan(1e-6)
  })

  it('gives Evidently’s method and threshold by its preset, without correction', async () => {
    await measure({ now: clients(50), settings: { preset: 'evidently' } })
    const found = await report()
    expect(found).toMatchObject({ preset: 'evidently', drifted: 1 })
    expect(found.columns[0]).toMatchObject({ method: 'ks', threshold: 0.05, test: null, p: null })
    expect(found.columns[0].adjusted).toBeNull()
  })

  it('follows overrides and shows corrected p-values', async () => {
    const settings = {
      preset: 'evidently',
      types: { numeric: { method: 'psi' } },
      columns: { plan: { threshold: 0.2 } },
      correction: 'benjamini_hochberg',
    }
    await measure({ settings })
    const [hours, plan] = (await report()).columns
    expect(hours).toMatchObject({ method: 'psi', threshold: 0.1 })
    expect(plan).toMatchObject({ method: 'z', threshold: 0.2, adjusted: 1 })
  })

  it('offers every method by name in its params', () => {
    const methods = JSON.stringify(drift.params)
    for (const name of METHOD_NAMES) expect(methods).toContain(`"${name}"`)
  })

  it.each([
    [{ settings: { reference: '2023-12-31' } }, 'DRIFT_REFERENCE_MISSING'],
    [{ settings: { reference: NOW } }, 'DRIFT_REFERENCE_SAME'],
    [{ before: null }, 'DRIFT_REFERENCE_MISSING'],
    [{ settings: { columns: { huors: { method: 'ks' } } } }, 'DRIFT_COLUMN_UNKNOWN'],
    [{ settings: { all: { method: 'ks' } } }, 'DRIFT_METHOD_UNFIT'],
    [{ incumbent: { version: 1 } }, 'INPUT_INVALID'],
  ] as [Wish, string][])('refuses %j with %s', async (wish, code) => {
    const error = await failure(measure(wish))
    expect(error.code).toBe(code)
    expect(error.where).toBeDefined()
  })
})
