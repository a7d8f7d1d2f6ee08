// Reasons: two documents differ in exactly what is named, and each kind has its sentence.

import { canonicalJson } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffDocuments } from '../../src/plan/diff.ts'
import { envDigest, type KeyDocument } from '../../src/store/key-document.ts'
import { type Modules, type Reason, reasonText } from '../../src/store/reason.ts'
import { DOCUMENT, digestOf, randomDocument } from './documents.ts'

function texts(change: Partial<KeyDocument>, from: Partial<KeyDocument> = {}): string[] {
  return diffDocuments(
    { document: { ...DOCUMENT, ...from } },
    { document: { ...DOCUMENT, ...change } },
  ).map(reasonText)
}

const cell = (code: string, packages: Record<string, string> = {}, esbuild = '1') => ({
  command: { run: { code: digestOf(code), esbuild, packages } },
})

describe('diffDocuments', () => {
  it('finds nothing between equal documents', () => {
    expect(texts({})).toEqual([])
    expect(texts({ params: structuredClone(DOCUMENT.params) })).toEqual([])
  })

  it('names a param to the leaf, with old and new value', () => {
    const was = {
      params: {
        'params.yaml': { train: { rate: 0.1, list: [1, 2] }, seed: 42 },
        'o.yaml': { k: 'x' },
      },
    }
    const now = {
      params: {
        'params.yaml': { train: { rate: 0.2, list: [2, 1], more: null }, seed: 42 },
        'o.yaml': {},
      },
    }
    expect(texts(now, was)).toEqual([
      'param k in o.yaml: "x" -> (none)',
      'param train.list: [1,2] -> [2,1]',
      'param train.more: (none) -> null',
      'param train.rate: 0.1 -> 0.2',
    ])
  })

  it('tells a map that came, went or lost its last leaf, and a name with a dot from a path', () => {
    expect(texts({ params: { p: { a: {} } } }, { params: { p: {} } })).toEqual([
      'param a in p: (none) -> {}',
    ])
    expect(texts({ params: { p: { a: {} } } }, { params: { p: { a: { b: 1 } } } })).toEqual([
      'param a.b in p: 1 -> (none)',
    ])
    expect(texts({ params: { p: { a: 1 } } }, { params: { p: { a: { b: 1 } } } })).toEqual([
      'param a in p: {"b":1} -> 1',
    ])
    expect(texts({ params: { p: { 'a.b': 1 } } }, { params: { p: { a: { b: 1 } } } })).toHaveLength(
      2,
    )
    expect(texts({ params: { p: {} } }, { params: {} })).toEqual(['param (all) in p: (none) -> {}'])
  })

  it('names members that JavaScript’s maps inherit like any other', () => {
    const now = {
      deps: { ...DOCUMENT.deps, constructor: digestOf('x') },
      env: { ...DOCUMENT.env, toString: digestOf('1') },
    }
    expect(texts(now)).toEqual(['env toString added', 'dependency added: constructor'])
  })

  it('tells a reference with another option as one change, and other references as two', () => {
    const was = { deps: { 'r://m/x?s=1&before=a': digestOf('1'), 'r://m/y?a=1': digestOf('2') } }
    const now = { deps: { 'r://m/x?s=1&before=b': digestOf('1'), 'r://m/z?a=1': digestOf('2') } }
    expect(texts(now, was)).toEqual([
      'dependency changed: r://m/x: before=a -> before=b',
      'dependency removed: r://m/y?a=1',
      'dependency added: r://m/z?a=1',
    ])
  })

  it('tells each of several references with other options once', () => {
    const references = (...options: string[]) => ({
      deps: Object.fromEntries(options.map((option) => [`r://m/x${option}`, digestOf(option)])),
    })
    expect(texts(references('?a=3', '?a=4'), references('?a=1', '?a=2'))).toEqual([
      'dependency changed: r://m/x: a=1 -> a=3',
      'dependency changed: r://m/x: a=2 -> a=4',
    ])
    expect(texts(references('?a=3', '?a=4'), references('?a=1'))).toEqual([
      'dependency changed: r://m/x: a=1 -> a=3',
      'dependency added: r://m/x?a=4',
    ])
  })

  it('tells an option that came or went, and options in another order', () => {
    const reference = (option: string) => ({ deps: { [`r://m/x${option}`]: digestOf('1') } })
    expect(texts(reference('?a=1'), reference(''))).toEqual([
      'dependency changed: r://m/x: (none) -> a=1',
    ])
    expect(texts(reference('?a=1'), reference('?a=1&b=2'))).toEqual([
      'dependency changed: r://m/x: b=2 -> (none)',
    ])
    expect(texts(reference('?b=2&a=1'), reference('?a=1&b=2'))).toEqual([
      'dependency changed: r://m/x?a=1&b=2 -> r://m/x?b=2&a=1',
    ])
  })

  it('property: names each dependency that came, went or changed once, and no other', () => {
    const path = fc.constantFrom('a', 'b', 'r://m/x', 'r://m/x?a=1', 'r://m/x?a=2', 'r://m/x?a=3')
    const deps = fc.dictionary(path, fc.constantFrom(digestOf('1'), digestOf('2')))
    fc.assert(
      fc.property(deps, deps, (old, now) => {
        const named = diffDocuments(
          { document: { ...DOCUMENT, deps: old } },
          { document: { ...DOCUMENT, deps: now } },
        ).flatMap((reason) => {
          if (reason.kind === 'reference') return [reason.old, reason.new]
          return reason.kind === 'dep' ? [reason.path] : []
        })
        const all = [...new Set([...Object.keys(old), ...Object.keys(now)])]
        expect(named.sort()).toEqual(all.filter((one) => old[one] !== now[one]).sort())
      }),
      { numRuns: 300 },
    )
  })

  it('names dependencies, variables and outputs', () => {
    const now = {
      deps: { 'in.txt': digestOf('other'), new: digestOf('n') },
      env: { ...DOCUMENT.env, LANG: envDigest('LANG', 'de') },
      outs: ['new.txt'],
    }
    expect(texts(now)).toEqual([
      'env LANG changed',
      'dependency changed: in.txt',
      'dependency added: new',
      'outputs declared: +new.txt -out.txt',
    ])
    expect(texts({ deps: {} })).toEqual(['dependency removed: in.txt'])
  })

  it('names a port that leads elsewhere among the same paths, once', () => {
    const of = (inputs: Record<string, string>, outputs: Record<string, string> = {}) => ({
      deps: { x: digestOf('x'), y: digestOf('y') },
      ports: { inputs, outputs },
    })
    expect(texts(of({ a: 'y', b: 'x' }), of({ a: 'x', b: 'y' }))).toEqual([
      'port inputs.a: x -> y',
      'port inputs.b: y -> x',
    ])
    const more = { ...of({ a: 'z' }), deps: { z: digestOf('x'), y: digestOf('y') } }
    expect(texts(more, of({ a: 'x' }))).toEqual(['dependency removed: x', 'dependency added: z'])
    expect(texts(of({}, { o: 'out.txt' }), { deps: of({}).deps })).toEqual([
      'port outputs.o: (none) -> out.txt',
    ])
  })

  it('shows the old and the new command', () => {
    expect(texts({ command: { cmd: ['a', 'b'] } })).toEqual([
      'command changed: sort in.txt > out.txt -> a; b',
    ])
    expect(texts(cell('1'))).toEqual([
      'command changed: sort in.txt > out.txt -> a TypeScript cell',
    ])
  })

  it('names modules only where the code changed, packages and esbuild always', () => {
    const of = (document: Partial<KeyDocument>, modules: Modules) => ({
      document: { ...DOCUMENT, ...document },
      modules,
    })
    const was = of(cell('1', { a: '1.0', b: '1.0' }), { 'x.ts': '1', 'y.ts': '1', 'z.ts': '1' })
    const now = of(cell('2', { a: '1.1', c: '1.0' }, '2'), {
      'x.ts': '2',
      'y.ts': '1',
      'w.ts': '1',
    })
    expect(diffDocuments(was, now).map(reasonText)).toEqual([
      'code added: w.ts',
      'code changed: x.ts',
      'code removed: z.ts',
      'package a: 1.0 -> 1.1',
      'package b: 1.0 -> not imported',
      'package c: not imported -> 1.0',
      'esbuild: 1 -> 2',
    ])
    expect(diffDocuments(was, of(cell('1', { a: '1.0', b: '1.0' }), { 'x.ts': '9' }))).toEqual([])
    expect(
      diffDocuments(was, of(cell('2', { a: '1.0', b: '1.0' }), was.modules)).map(reasonText),
    ).toEqual(['code changed: the packed code'])
  })

  it('tells keys of another version of weir apart', () => {
    const older = { ...DOCUMENT, schema: 'weir/key/0' as never }
    expect(diffDocuments({ document: older }, { document: DOCUMENT }).map(reasonText)).toEqual([
      'the form of keys: weir/key/0 -> weir/key/2',
    ])
  })

  it('property: is empty if and only if the documents are equal', () => {
    fc.assert(
      fc.property(
        randomDocument,
        randomDocument,
        fc.subarray([...Object.keys(DOCUMENT), 'ports']),
        (a, b, parts) => {
          const mixed = {
            ...a,
            ...Object.fromEntries(Object.entries(b).filter(([part]) => parts.includes(part))),
          }
          const equal = canonicalJson(a) === canonicalJson(mixed)
          expect(diffDocuments({ document: a }, { document: mixed }).length === 0).toBe(equal)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('property: only what a part differs in is named', () => {
    const kinds: Record<string, Reason['kind'][]> = {
      params: ['param'],
      env: ['env'],
      deps: ['dep'],
      outs: ['outs'],
      ports: ['port'],
      command: ['command', 'code', 'package', 'esbuild'],
    }
    fc.assert(
      fc.property(
        randomDocument,
        randomDocument,
        fc.constantFrom(...Object.keys(kinds)),
        (a, b, part) => {
          const mixed = { ...a, ...(part in b && { [part]: b[part as keyof KeyDocument] }) }
          const found = diffDocuments({ document: a }, { document: mixed })
          expect(found.every((reason) => kinds[part]?.includes(reason.kind))).toBe(true)
        },
      ),
    )
  })
})

describe('reasonText', () => {
  const cases: Record<Reason['kind'], [Reason, string]> = {
    never_run: [{ kind: 'never_run' }, 'no run of it is recorded'],
    forced: [{ kind: 'forced' }, 'forced'],
    inspected: [{ kind: 'inspected' }, 'is inspected'],
    always_changed: [{ kind: 'always_changed' }, 'always_changed: it runs every time'],
    frozen: [{ kind: 'frozen' }, 'frozen: its inputs are not looked at'],
    unchanged: [{ kind: 'unchanged' }, 'nothing changed'],
    when: [{ kind: 'when', text: 'a.json:b' }, 'when a.json:b is not true'],
    upstream_skipped: [{ kind: 'upstream_skipped', stage: 's' }, 's was skipped'],
    upstream_failed: [{ kind: 'upstream_failed', stage: 's' }, 's failed'],
    upstream_stale: [{ kind: 'upstream_stale', stage: 's' }, 's is not fresh'],
    upstream_broken: [{ kind: 'upstream_broken', stage: 's' }, 's cannot run'],
    not_started: [{ kind: 'not_started' }, 'the run ended before its turn'],
    command: [{ kind: 'command', old: 'a', new: 'b' }, 'command changed: a -> b'],
    code: [{ kind: 'code', module: 'm.ts', change: 'removed' }, 'code removed: m.ts'],
    package: [{ kind: 'package', name: 'p', new: '1' }, 'package p: not imported -> 1'],
    key_schema: [{ kind: 'key_schema', old: 'a', new: 'b' }, 'the form of keys: a -> b'],
    port: [{ kind: 'port', name: 'inputs.a', old: 'x' }, 'port inputs.a: x -> (none)'],
    esbuild: [{ kind: 'esbuild', old: '1', new: '2' }, 'esbuild: 1 -> 2'],
    param: [
      { kind: 'param', file: 'params.yaml', key: 'k', old: '1', new: 1 },
      'param k: "1" -> 1',
    ],
    env: [{ kind: 'env', name: 'E', change: 'changed' }, 'env E changed'],
    dep: [{ kind: 'dep', path: 'd', change: 'changed' }, 'dependency changed: d'],
    reference: [
      { kind: 'reference', old: 'r://m/x?s=1&before=a', new: 'r://m/x?s=1&before=b' },
      'dependency changed: r://m/x: before=a -> before=b',
    ],
    outs: [{ kind: 'outs', added: ['a', 'b'], removed: [] }, 'outputs declared: +a +b'],
    out: [{ kind: 'out', path: 'o', change: 'missing' }, 'output missing: o'],
    cache_corrupt: [
      { kind: 'cache_corrupt', digest: digestOf('input') },
      "the cache's object c96c6d5be8d0 was corrupt and is discarded",
    ],
    problem: [{ kind: 'problem', code: 'X', message: 'm' }, 'X: m'],
  }

  it.each(Object.entries(cases))('%s', (_, [reason, text]) => {
    expect(reasonText(reason)).toBe(text)
  })
})
