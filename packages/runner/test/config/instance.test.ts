// Names of stage instances: for people, and for files, where any two differ and all but long ones can be read back.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  instanceFile,
  instanceOf,
  instanceOfFile,
  instanceText,
  type StageInstance,
  soleInstance,
} from '../../src/config/instance.ts'
import { folderWith, write } from '../project-folder.ts'

/** Names as people and generators give them, and any code units at all. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', '@', '/', '%', '~', '.', ' ', 'u', 'é', '😀', '\ud83d'),
  }),
)
const instance: fc.Arbitrary<StageInstance> = fc.record({
  stage: text,
  key: fc.option(text, { nil: null }),
})

describe('the name of a file', () => {
  it.each([
    ['train', null, 'train'],
    ['a/b', null, 'a%2Fb'],
    ['a@b', null, 'a%40b'],
    ['a', 'b', 'a@b'],
    ['..', null, '%2E.'],
    ['to train', '2024-01-31', 'to%20train@2024-01-31'],
    ['é', '', '%C3%A9@%'],
    ['\ud800', null, '%uD800'],
  ])('of %j and %j is %s', (stage, key, name) => {
    expect(instanceFile({ stage, key })).toBe(name)
    expect(instanceOfFile(name)).toEqual({ stage, key })
  })

  it('property: can be read back, unless it is folded', () => {
    fc.assert(
      fc.property(instance, (id) => {
        const name = instanceFile(id)
        expect(instanceOfFile(name)).toEqual(name.includes('~') ? undefined : id)
      }),
    )
  })

  it('property: is one that every file system takes', () => {
    fc.assert(
      fc.property(instance, ({ stage, key }) => {
        const name = instanceFile({ stage: stage.repeat(20), key })
        expect(name).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9_.%@~-]{0,159}$/)
      }),
    )
  })

  it('property: differs between two instances, however long', () => {
    const long = fc.tuple(text, fc.nat({ max: 300 })).map(([end, n]) => 'x'.repeat(n) + end)
    const any = fc.record({ stage: fc.oneof(text, long), key: fc.option(long, { nil: null }) })
    fc.assert(
      fc.property(any, any, (a, b) => {
        fc.pre(a.stage !== b.stage || a.key !== b.key)
        expect(instanceFile(a)).not.toBe(instanceFile(b))
      }),
    )
  })

  it('property: is none where something else is read', () => {
    fc.assert(
      fc.property(text, (name) => {
        const id = instanceOfFile(name)
        if (id) expect(instanceFile(id)).toBe(name)
      }),
    )
  })

  it('of a stage with 300 letters can be made, with an end', () => {
    const name = instanceFile(soleInstance('é'.repeat(300)))
    write(folderWith(), { [`${name}.txt`]: '' })
    expect(instanceOfFile(name)).toBeUndefined()
  })
})

/** As a stage may be called: any text without the sign that parts it from a key. */
const named = instance.map(({ stage, key }) => ({ stage: stage.replaceAll('@', ''), key }))

it('property: the text can be read back, whatever the key is', () => {
  fc.assert(
    fc.property(named, (id) => {
      expect(instanceOf(instanceText(id))).toEqual(id)
    }),
  )
})

it('property: any text is that of the instance that is read from it', () => {
  fc.assert(
    fc.property(text, (written) => {
      expect(instanceText(instanceOf(written))).toBe(written)
    }),
  )
})

it('the text is the stage, and its key where it has one', () => {
  expect(instanceOf('train@a@b/c')).toEqual({ stage: 'train', key: 'a@b/c' })
  expect(instanceOf('train@')).toEqual({ stage: 'train', key: '' })
  expect(instanceText(soleInstance('a/b'))).toBe('a/b')
  expect(instanceText({ stage: 'train', key: '2024-01-31' })).toBe('train@2024-01-31')
})
