// A made-up feature type goes from the raw file to the features of a period by its one entry in the table of types.
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { expect, test, vi } from 'vitest'
import { daysTo } from '../../packages/formats/test/made-up-type.ts'
import features from '../../stages/features.ts'
import ingest from '../../stages/ingest.ts'
import materialize from '../../stages/materialize.ts'
import { readFrame } from '../../stages/periods/frame.ts'
import validate from '../../stages/validate.ts'
import { PEOPLE, people } from './people.ts'
import { failure, runStage } from './rig.ts'

vi.mock('@weir/formats/column-types', async (original) => {
  const { withDay } = await import('../../packages/formats/test/made-up-type.ts')
  return withDay(await original())
})

const DEFINITION = PEOPLE.replace('since: { type: date', 'since: { type: day').replace(
  'features: [age, member, town]',
  'features: [age, since]',
)
const PARAMS = { as_of: '2024-01-31', data: { definition: 'people.yaml', source: 'raw' } }

async function prepared(files: Parameters<typeof people>[0] = {}) {
  const place = await people(files, DEFINITION)
  const at = (name: string) => join(place.root, name)
  const { definition, source } = place
  const [params, snapshots, validation] = [PARAMS, at('snapshots'), at('validation.json')]
  await runStage(ingest, { params, inputs: { definition, source }, outputs: { snapshots } })
  await runStage(validate, {
    params,
    inputs: { definition, snapshots, accepted: { value: '' } },
    outputs: { validation },
  })
  const inputs = { definition, snapshots, validation }
  await runStage(features, { params, inputs, outputs: { features: at('features') } })
  const served = { value: { features: [] } }
  await runStage(materialize, {
    params,
    inputs: { ...inputs, served },
    outputs: { online: at('online') },
  })
  const specs = featureSpecs(await readDefinition(place.definition))
  return { at, specs, frame: await readFrame(at('features'), PARAMS.as_of, specs) }
}

test('stages read, check, store and join it', async () => {
  const { at, specs, frame } = await prepared()
  expect(specs.map(({ name, type }) => [name, type])).toEqual([
    ['age', 'integer'],
    ['since', 'day'],
  ])
  expect(Array.from(frame.columns.since ?? [])).toEqual([
    null,
    daysTo('2021-01-01'),
    daysTo('2020-02-29'),
  ])
  const validation = JSON.parse(await readFile(at('validation.json'), 'utf8'))
  expect(validation.failed).toBe(0)
})

test('a raw text that is none is told with what it accepts', async () => {
  const bad = { 'first/people.csv': 'id,age,member,town,since\n1,,,,soon\n2,,,,\n' }
  expect(await failure(prepared(bad))).toMatchObject({
    code: 'DAY_INVALID',
    hint: 'day columns take days as YYYY-MM-DD',
  })
})

/** The table, the roles of key and label, which ask for a type of their own, and the types of JSON Schema. */
const MAY = [
  'packages/formats/src/column-types.ts',
  'packages/formats/src/definition-references.ts',
]

test('no other source asks for a type by its name, or has a table by type', () => {
  const rooms = ['formats', 'tables', 'ml', 'models'].map((name) => `packages/${name}/src`)
  const sources = [...rooms, 'serve/src', 'stages'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(room, name)),
  )
  expect(sources.length).toBeGreaterThan(100)
  const asking = /\btype [!=]== '(?:number|integer|boolean|category)'|^ +category: /m
  const found = sources.filter((path) => asking.test(readFileSync(path, 'utf8')))
  expect(found.sort()).toEqual(MAY)
})
