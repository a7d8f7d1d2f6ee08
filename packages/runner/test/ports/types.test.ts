// What must not compile does not: `tsc` reads this file, and an expected error that is none is an error.
import { Type } from '@sinclair/typebox'
import { expect, it } from 'vitest'
import { defineStage, file, folder, json, type Port, ref, text } from '../../src/door/cells.ts'

const AsOf = Type.String()
const Drift = Type.Object({ share: Type.Number() })
const Regions = Type.Object({ as_of: Type.String(), files: Type.Array(Type.String()) })

const regions = defineStage({
  title: 'Regions',
  params: { as_of: AsOf, top: Type.Optional(Type.Integer()) },
  inputs: {
    features: folder('artifacts/features'),
    drift: json('artifacts/drift.json', Drift),
    notes: text('notes.txt'),
    raw: file('raw.bin'),
    free: json('free.json'),
    incumbent: ref('registry://m/incumbent', Drift),
  },
  outputs: {
    regions: json('artifacts/regions.json', Regions),
    registered: ref('registry://m/registered'),
  },
  async run({ params, inputs, outputs }) {
    const asOf: string = params.as_of
    const top: number | undefined = params.top
    // @ts-expect-error a param has the type of its schema
    const wrong: number = params.as_of
    // @ts-expect-error no such param
    params.asof
    const files: string[] = await inputs.features.list()
    const share: number = (await inputs.drift.read()).share
    const path: string = inputs.features.path
    const notes: string = await inputs.notes.read()
    const raw: Uint8Array = await inputs.raw.read()
    const held: number = (await inputs.incumbent.read()).share
    // @ts-expect-error what has no schema is unknown
    const free: string = await inputs.free.read()
    // @ts-expect-error no such input
    inputs.feature
    // @ts-expect-error the file does not have it
    ;(await inputs.drift.read()).shares
    // @ts-expect-error an input cannot be written
    inputs.drift.write({ share: 1 })
    await outputs.regions.write({ ...params, files })
    // @ts-expect-error no such output
    outputs.region
    // @ts-expect-error an output cannot be read
    await outputs.regions.read()
    // @ts-expect-error a value that does not fit
    await outputs.regions.write({ as_of: asOf, files: [1] })
    // @ts-expect-error a value that lacks a part
    await outputs.regions.write({ as_of: asOf })
    // @ts-expect-error a path cannot be set
    inputs.features.path = path
    // @ts-expect-error an effect has nothing to write
    outputs.registered.write
    return void [top, wrong, share, notes, raw, held, free]
  },
})

const whole = defineStage({
  title: 'Whole',
  params: Type.Object({ as_of: AsOf }),
  run({ params, inputs }) {
    const asOf: string = params.as_of
    // @ts-expect-error no such param
    params.top
    // @ts-expect-error a cell without inputs has none
    inputs.drift.read()
    return void asOf
  },
})

/** A kind of port that another package adds. */
function lines(path: string): Port<{ path: string; lines(): string[] }, { path: string }> {
  return {
    kind: 'lines',
    path,
    input: ({ path }) => ({ path, lines: () => [] }),
    output: ({ path }) => ({ path }),
  }
}

const bare = defineStage({
  title: 'Bare',
  inputs: { names: lines('names.txt') },
  run({ inputs, outputs, params }) {
    const names: string[] = inputs.names.lines()
    // @ts-expect-error a cell without params has none
    params.as_of
    // @ts-expect-error a cell without outputs has none
    outputs.names.path
    return void names
  },
})

// @ts-expect-error what is no port
defineStage({ title: 'None', inputs: { names: 'names.txt' }, run: () => undefined })

// @ts-expect-error a cell has a title
defineStage({ run: () => undefined })

it('a cell carries what it is made of, its params as one JSON Schema', () => {
  expect(regions.params).toMatchObject({ type: 'object', required: ['as_of'] })
  expect(Object.keys(regions.params?.properties ?? {})).toEqual(['as_of', 'top'])
  expect(whole.params).toMatchObject({ type: 'object', required: ['as_of'] })
  expect(bare.params).toBeUndefined()
  expect(Object.entries(bare.inputs ?? {}).map(([name, { kind }]) => [name, kind])).toEqual([
    ['names', 'lines'],
  ])
})
