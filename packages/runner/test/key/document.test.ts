// The key document: what enters it, and its hash, pinned.
import { describe, expect, it } from 'vitest'
import { envDigest, keyDocument, keyOf } from '../../src/store/key-document.ts'
import { stage } from '../graph/stages.ts'
import { DOCUMENT, digestOf } from './documents.ts'

describe('keyDocument', () => {
  const build = (
    declared: Record<string, string | null> = {},
    surroundings: Record<string, string | undefined> = {},
    outs = ['b', 'a'],
    secrets: string[] = [],
  ) =>
    keyDocument(
      stage('s', ['x'], outs, { env: declared, secrets }),
      { cmd: ['c'] },
      {},
      { x: digestOf('x') },
      surroundings,
    )

  it('has declared variables only; null takes the value that the caller has', () => {
    expect(build({ A: '1', B: null, C: null }, { B: '2', D: '3' }).env).toEqual({
      A: envDigest('A', '1'),
      B: envDigest('B', '2'),
      C: envDigest('C', null),
    })
    expect(build({ toString: null }, {}).env).toEqual({ toString: envDigest('toString', null) })
  })

  it('has a variable as a pinned digest of name and value, the same on every machine', () => {
    // printf '%s' '["A","1"]' | sha256sum
    expect(build({ A: '1' }).env.A).toBe(
      '7a250babd81f91da2c741fd8a7f2dabde1934e377e13c32ea4fa54f09ff3680d',
    )
    expect(build({ A: '2' }).env.A).not.toBe(build({ A: '1' }).env.A)
    expect(build({ B: '1' }).env.B).not.toBe(build({ A: '1' }).env.A)
    expect(envDigest('A', null)).not.toBe(envDigest('A', 'null'))
  })

  it('has a secret variable by its name alone, whatever its value, also unset', () => {
    const of = (value?: string) => build({ A: null }, { A: value }, [], ['A'])
    expect(of('one').env).toEqual({ A: 'secret' })
    expect([keyOf(of('two')), keyOf(of())]).toEqual([keyOf(of('one')), keyOf(of('one'))])
    expect(keyOf(build({ B: null }, {}, [], ['B']))).not.toBe(keyOf(of('one')))
  })

  it('knows outputs by path alone, in order of code unit', () => {
    expect(build({}, {}, ['é', 'b', 'B', 'a']).outs).toEqual(['B', 'a', 'b', 'é'])
  })

  it('has the ports that are given, and no such member where there are none', () => {
    const ports = { inputs: { a: 'x' }, outputs: {} }
    const document = keyDocument(stage('s', ['x'], ['o']), { cmd: ['c'] }, {}, {}, {}, ports)
    expect(document.ports).toEqual(ports)
    expect(Object.keys(build())).not.toContain('ports')
  })

  it('has nothing of name, description, retries, timeout or place', () => {
    const plain = stage('s', [], ['o'])
    const dressed = stage('t', [], ['o'], {
      desc: 'd',
      retries: 3,
      timeoutMs: 5,
      alwaysChanged: true,
      place: { file: 'x' },
    })
    const key = (one: typeof plain) => keyOf(keyDocument(one, { cmd: ['c'] }, {}, {}, {}))
    expect(key(plain)).toBe(key(dressed))
  })
})

describe('keyOf', () => {
  it('is pinned: a change here takes every recorded run from everyone', () => {
    // printf '%s' '{"command":{"cmd":["sort in.txt > out.txt"]},"deps":{"in.txt":"c96c6d5be8d08a12e7b5cdc1b207fa6b2430974c86803d8891675e76fd992c20"},"env":{"HOME":"55c166fb4d6f0d3ed527d3adeb72bf25edc5a970ebb7b7bc43528f6c240d1894","LANG":"7d1362dd6a70965c99f2e9e3d5804b9120170d339e8df942bcfe223b76bb8486"},"outs":["out.txt"],"params":{"params.yaml":{"seed":42,"train.rate":0.1}},"schema":"weir/key/2"}' | sha256sum
    expect(keyOf(DOCUMENT)).toBe('0c77691b79e8e02eac59fe612a4099cdb427ff74c8b922266dd6129db5d6b668')
  })

  it('does not depend on the order in which a document was put together', () => {
    const { schema, ...rest } = DOCUMENT
    expect(keyOf({ ...rest, schema })).toBe(keyOf(DOCUMENT))
  })
})
