// Helpers of the key's tests: a small document, and random ones.

import { type Digest, sha256 } from '@weir/base'
import fc from 'fast-check'
import { envDigest, KEY_SCHEMA, type KeyDocument } from '../../src/store/key-document.ts'

/** A digest that stands for some content. */
export const digestOf = (content: string): Digest => sha256(content)

export const DOCUMENT: KeyDocument = {
  schema: KEY_SCHEMA,
  command: { cmd: ['sort in.txt > out.txt'] },
  params: { 'params.yaml': { seed: 42, 'train.rate': 0.1 } },
  env: { LANG: envDigest('LANG', 'C'), HOME: envDigest('HOME', null) },
  deps: { 'in.txt': digestOf('input') },
  outs: ['out.txt'],
}

const name = fc.constantFrom('a', 'b', 'a.b', 'constructor', 'toString', 'é', '𝒳', '')
const leaf = fc.oneof(
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom('', 'x', null, true),
  fc.array(fc.nat(1), { maxLength: 2 }),
)
const value = fc.oneof(
  leaf,
  fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf, { maxKeys: 2 })), { maxKeys: 2 }),
)
const digest = fc.constantFrom(digestOf('1'), digestOf('2'))

const command: fc.Arbitrary<KeyDocument['command']> = fc.oneof(
  fc.record({ cmd: fc.array(fc.constantFrom('x', 'y', 'x; y'), { minLength: 1, maxLength: 2 }) }),
  fc.record({
    run: fc.record({
      code: digest,
      esbuild: fc.constantFrom('1', '2'),
      packages: fc.dictionary(name, fc.constantFrom('1', '2'), { maxKeys: 2 }),
    }),
  }),
)

/** Documents that often differ in little. */
export const randomDocument: fc.Arbitrary<KeyDocument> = fc.record(
  {
    schema: fc.constant(KEY_SCHEMA),
    command,
    params: fc.dictionary(name, fc.dictionary(name, value, { maxKeys: 2 }), { maxKeys: 2 }),
    env: fc.dictionary(name, fc.oneof(digest, fc.constant('secret' as const)), { maxKeys: 2 }),
    deps: fc.dictionary(name, digest, { maxKeys: 2 }),
    outs: fc.uniqueArray(name, { maxLength: 3 }).map((paths) => paths.sort()),
    ports: fc.record({
      inputs: fc.dictionary(name, name, { minKeys: 1, maxKeys: 2 }),
      outputs: fc.dictionary(name, name, { maxKeys: 2 }),
    }),
  },
  { requiredKeys: ['schema', 'command', 'params', 'env', 'deps', 'outs'] },
)
