// What a cell may read and write: declared paths by name, and a coded refusal of every other name.
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { openPorts } from '../../src/execute/port-maps.ts'

const REFERENCE = 'registry://m/incumbent?store=./s&before=1'
const PATHS = { 'data/raw.csv': '/p/data/raw.csv', model: '/p/model', [REFERENCE]: '/p/ref.json' }

const refusal = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    return error
  }
}

it('a declared name gives its path, however the path is written', () => {
  const { at, all } = openPorts('train', 'dep', PATHS)
  for (const name of ['data/raw.csv', './data//raw.csv', 'data/raw.csv/'])
    expect([at(name), all[name]]).toEqual(['/p/data/raw.csv', '/p/data/raw.csv'])
  expect(at(REFERENCE)).toBe('/p/ref.json')
})

it.each([
  ['dep', 'DEP_UNDECLARED', "it reads 'data/raw.cvs', which is not among its deps", 'deps'],
  ['out', 'OUT_UNDECLARED', "it writes 'data/raw.cvs', which is not among its outs", 'outs'],
] as const)('an undeclared %s is refused by function and by map', (kind, code, message, list) => {
  const { at, all } = openPorts('train', kind, PATHS)
  const hint = `did you mean 'data/raw.csv'? declared: data/raw.csv, model, ${REFERENCE}; to have it, add 'data/raw.cvs' to stages.train.${list} in pipeline.yaml`
  for (const read of [() => at('data/raw.cvs'), () => all['data/raw.cvs'] ?? 'fallback'])
    expect(refusal(read)).toMatchObject({ code, message, hint })
})

it('a declared effect is told from what is not declared', () => {
  const { at, all } = openPorts('promote', 'out', {}, [REFERENCE])
  for (const read of [() => at(REFERENCE), () => all[REFERENCE]])
    expect(refusal(read)).toMatchObject({
      code: 'OUT_NO_PATH',
      message: `'${REFERENCE}' is an effect of its stage, which has no path`,
    })
  expect(refusal(() => at('registry://other/one'))).toMatchObject({ code: 'OUT_UNDECLARED' })
})

it('a stage that declares nothing says so', () => {
  const { at } = openPorts('a', 'dep', {})
  expect(refusal(() => at('x'))).toMatchObject({ hint: expect.stringContaining('declared: none;') })
})

it('the map is a plain one for loops, copies, JSON, await and printing', async () => {
  const { all } = openPorts('a', 'out', PATHS)
  expect(Object.keys(all)).toEqual(Object.keys(PATHS))
  expect(Object.entries(all)).toEqual(Object.entries(PATHS))
  expect(['model' in all, 'other' in all, Object.hasOwn(all, 'other')]).toEqual([
    true,
    false,
    false,
  ])
  expect([{ ...all }, structuredClone(all), JSON.parse(JSON.stringify(all))]).toEqual([
    PATHS,
    PATHS,
    PATHS,
  ])
  expect(await Promise.resolve(all)).toBe(all)
  expect(inspect(all)).toContain("model: '/p/model'")
  expect(`${all}`).toBe('[object Object]')
})

it('the map cannot be written to', () => {
  const { all } = openPorts('a', 'out', PATHS)
  expect(Object.isFrozen(all)).toBe(true)
  expect(refusal(() => Object.assign(all, { more: '/x' }))).toBeInstanceOf(TypeError)
})

it('names of members of every object can be declared', () => {
  const { at, all } = openPorts('a', 'dep', { constructor: '/p/constructor', toJSON: '/p/json' })
  expect([at('constructor'), all.constructor, all.toJSON]).toEqual([
    '/p/constructor',
    '/p/constructor',
    '/p/json',
  ])
  expect(refusal(() => at('toString'))).toMatchObject({ code: 'DEP_UNDECLARED' })
})
