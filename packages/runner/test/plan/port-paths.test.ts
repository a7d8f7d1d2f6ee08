// Paths of ports: what a cell writes in its code, in the form in which pipeline.yaml has it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandPath, portPaths } from '../../src/plan/port-paths.ts'

const pipeline = {
  params: { 'params.yaml': { data: { folder: 'raw//v2', ref: 'r://m/x' }, n: 3, list: ['a'] } },
}
const port = (path: string) => ({ kind: 'file', path })

describe('expandPath', () => {
  it.each([
    ['./data//a.csv', 'data/a.csv'],
    ['data/', 'data'],
    ['a/../b', 'b'],
    ['${data.folder}/${n}.csv', 'raw/v2/3.csv'],
    ['${list[0]}', 'a'],
    ['\\${HOME}', '${HOME}'],
    // Nothing of a reference is a path.
    ['r://m//x?a=1/', 'r://m//x?a=1/'],
    ['${data.ref}?at=./y', 'r://m/x?at=./y'],
  ])('%s is %s', (written, path) => {
    expect(expandPath(written, pipeline)).toEqual({ ok: true, value: path })
  })

  it.each([
    ['${data.fodler}', "did you mean 'folder'?"],
    ['${data}', "name one of its members, or give 'data' a text, a number, true or false"],
  ])('%s is refused with a hint', (written, hint) => {
    expect(expandPath(written, pipeline)).toMatchObject({ ok: false, hint })
  })

  it('property: what it gives is its own form', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '.', '..', '/', '${n}', ''), { minLength: 1 })
    fc.assert(
      fc.property(path, (parts) => {
        const once = expandPath(parts.join('/'), pipeline)
        if (!once.ok) throw new Error(once.message)
        expect(expandPath(once.value, pipeline)).toEqual(once)
      }),
    )
  })
})

describe('portPaths', () => {
  it('has the paths by name, and leaves out what cannot be expanded', () => {
    const description = {
      inputs: { users: port('${data.folder}/u.csv'), gone: port('${none}') },
      outputs: { model: port('./m.json'), ['__proto__']: port('p') },
    }
    const { inputs, outputs } = portPaths(description, pipeline)
    expect(inputs).toEqual({ users: 'raw/v2/u.csv' })
    expect(Object.entries(outputs)).toEqual([
      ['model', 'm.json'],
      ['__proto__', 'p'],
    ])
  })

  it('of a cell without a description are none', () => {
    expect(portPaths(undefined, pipeline)).toEqual({ inputs: {}, outputs: {} })
  })
})
