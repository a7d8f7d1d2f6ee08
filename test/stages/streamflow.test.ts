// The data path on the real exports, where they are at hand, and on the default made-up months.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureFrame } from '@weir/formats/dataset'
import { featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import features from '../../stages/features.ts'
import ingest from '../../stages/ingest.ts'
import { readFrame } from '../../stages/periods/frame.ts'
import simulate from '../../stages/simulate.ts'
import validate from '../../stages/validate.ts'
import { runStage, temporaryFolder } from './rig.ts'

const DEFINITION = 'data/streamflow.yaml'
const REAL = '../shared/data/streamflow'

/** Ingests, validates and joins what is in a folder; the frames of the asked periods. */
async function frames(
  source: string,
  root: string,
  periods: readonly string[],
): Promise<FeatureFrame[]> {
  const as_of = periods.at(-1) ?? ''
  const params = { as_of, data: { definition: DEFINITION, source } }
  const [snapshots, joined] = [join(root, 'snapshots'), join(root, 'features')]
  const validation = join(root, 'v.json')
  const definition = DEFINITION
  await runStage(ingest, {
    params,
    inputs: { definition, source },
    outputs: { snapshots },
    folder: root,
  })
  await runStage(validate, {
    params,
    inputs: { definition, snapshots, accepted: { value: '' } },
    outputs: { validation },
    folder: root,
  })
  const inputs = { definition, snapshots, validation }
  await runStage(features, { params, inputs, outputs: { features: joined }, folder: root })
  const specs = featureSpecs(await readDefinition(DEFINITION))
  return Promise.all(periods.map((period) => readFrame(joined, period, specs)))
}

function churnShare({ labels }: FeatureFrame): number {
  return labels.filter((label) => label === 1).length / labels.length
}

function column(frame: FeatureFrame | undefined, name: string): readonly unknown[] {
  return [...(frame?.columns[name] ?? [])]
}

function mean(values: readonly unknown[]): number {
  return values.reduce((sum: number, value) => sum + Number(value), 0) / values.length
}

const folders: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const remove of folders) await remove()
})

describe.skipIf(!existsSync(REAL))('the real exports', () => {
  let months: FeatureFrame[] = []
  beforeAll(async () => {
    const { folder, remove } = await temporaryFolder()
    folders.push(remove)
    months = await frames(REAL, folder, ['2024-01-31', '2024-02-29'])
  })

  test('7,043 users in both months, 26.54 % and 24.15 % of them churned', () => {
    expect(months.map((month) => month.ids.length)).toEqual([7043, 7043])
    expect(months[1]?.ids).toEqual(months[0]?.ids)
    expect(months.map((month) => (100 * churnShare(month)).toFixed(2))).toEqual(['26.54', '24.15'])
  })

  test('1,526 blank plans, never true, where there is no internet service', () => {
    const plans = column(months[0], 'plan_stream_tv')
    const services = column(months[0], 'net_service')
    expect(plans.filter((plan) => plan === null)).toHaveLength(1526)
    expect(plans.map((plan) => plan === null)).toEqual(services.map((service) => service === 'No'))
  })

  test('what changes between the months is what is known to change', () => {
    const changed = (name: string) => {
      const [before, after] = months.map((month) => column(month, name))
      return before?.filter((value, at) => value !== after?.[at]).length
    }
    expect(changed('rebuffer_events_7d')).toBe(1828)
    expect(changed('support_tickets_90d')).toBe(360)
    expect(changed('failed_payments_90d')).toBe(202)
    expect(changed('watch_hours_30d')).toBe(7043)
    expect(changed('monthly_fee')).toBe(0)
  })
})

describe('the default made-up months', () => {
  let months: FeatureFrame[] = []
  beforeAll(async () => {
    const { folder: root, remove } = await temporaryFolder()
    folders.push(remove)
    const params = parse(await readFile('test/shipped/params.yaml', 'utf8'))
    const source = join(root, 'simulated')
    await runStage(simulate, {
      params,
      inputs: { definition: DEFINITION },
      outputs: { simulated: source },
      folder: root,
    })
    months = await frames(source, root, ['2024-01-31', '2024-02-29', '2024-03-31'])
  })

  test('about a quarter of the users churn, each month', () => {
    expect(months.map((month) => month.ids.length)).toEqual([7043, 7043, 7043])
    for (const month of months) expect(Math.abs(churnShare(month) - 0.25)).toBeLessThan(0.03)
  })

  test('rebuffering shifts once, and then stays', () => {
    const [first = 0, second = 0, third = 0] = months.map((month) =>
      mean(column(month, 'rebuffer_events_7d')),
    )
    const sd = Math.sqrt(2.31)
    expect((second - first) / sd).toBeGreaterThan(0.2)
    expect(Math.abs(third - second) / sd).toBeLessThan(0.1)
  })

  test('what makes users leave shifts with it: tenure held them in the first month only', () => {
    const effect = months.map((month) => {
      const tenure = column(month, 'months_active')
      const by = (label: number) => mean(tenure.filter((_, at) => month.labels[at] === label))
      return by(1) - by(0)
    })
    expect(effect[0]).toBeLessThan(-10)
    expect(effect[1]).toBeGreaterThan(-5)
    expect(effect[2]).toBeGreaterThan(-5)
  })
})
