// The key document: what enters it, and its hash, pinned.
import { describe, expect, it } from 'vitest'
import { keyDocument, keyOf } from '../../../runner/key/document.ts'
import { stage } from '../graph/stages.ts'
import { DOCUMENT, digestOf } from './documents.ts'

describe('keyDocument', () => {
  const build = (
    declared: Record<string, string | null> = {},
    surroundings: Record<string, string | undefined> = {},
    outs = ['b', 'a'],
  ) =>
    keyDocument(
      stage('s', ['x'], outs, { env: declared }),
      { cmd: ['c'] },
      {},
      { x: digestOf('x') },
      surroundings,
    )

  it('has declared variables only; null takes the value that the caller has', () => {
    expect(build({ A: '1', B: null, C: null }, { B: '2', D: '3' }).env).toEqual({
      A: '1',
      B: '2',
      C: null,
    })
    expect(build({ toString: null }, {}).env).toEqual({ toString: null })
  })

  it('knows outputs by path alone, in order of code unit', () => {
    expect(build({}, {}, ['é', 'b', 'B', 'a']).outs).toEqual(['B', 'a', 'b', 'é'])
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
    // printf '%s' '{"command":{"cmd":["sort in.txt > out.txt"]},"deps":{"in.txt":"c96c6d5be8d08a12e7b5cdc1b207fa6b2430974c86803d8891675e76fd992c20"},"env":{"HOME":null,"LANG":"C"},"outs":["out.txt"],"params":{"params.yaml":{"seed":42,"train.rate":0.1}},"schema":"weir/key/1"}' | sha256sum
    expect(keyOf(DOCUMENT)).toBe('d500ce2417bcbd81209995a4fcfc0bf2d7367a7d7492654268456d071500cce5')
  })

  it('does not depend on the order in which a document was put together', () => {
    const { schema, ...rest } = DOCUMENT
    expect(keyOf({ ...rest, schema })).toBe(keyOf(DOCUMENT))
  })
})
