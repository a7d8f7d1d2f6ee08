// Expressions in a whole pipeline: what is replaced, what is left, and whose problem it is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { templateStages } from '../../src/config/template-stages.ts'
import { parseYaml, type YamlFile } from '../../src/config/yaml.ts'
import { brief, collect } from './reports.ts'

/** A pipeline with its expressions replaced, and what was reported of no stage. */
function templated(value: unknown, params: unknown = {}) {
  const { report, problems } = collect()
  const yaml = parseYaml('pipeline.yaml', stringify(value), report) as YamlFile
  const found = templateStages(yaml, params, report)
  return { ...found, reported: problems.map(brief) }
}

const one = (stage: unknown, params?: unknown) => {
  const found = templated({ stages: { s: stage } }, params)
  const { s } = (found.value as { stages: { s: unknown } }).stages
  const known = (found.known as { stages: { s: unknown } }).stages.s
  return { ...found, s, known, own: found.problems.get('s') ?? [] }
}

/** Values without an expression. */
const plain = fc.jsonValue({
  stringUnit: fc.constantFrom('a', ' ', '{', '}', '$a', 'é'),
  maxDepth: 3,
})

describe('templateStages', () => {
  it('leaves a pipeline without expressions as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('cmd', 'deps', 'x'), plain), (stage) => {
        const value: unknown = JSON.parse(JSON.stringify({ stages: { s: stage } }))
        const found = templated(value)
        expect(found.value).toEqual(value)
        expect(found.known).toBe(found.value)
        expect([...found.problems.keys(), ...found.reported]).toEqual([])
      }),
    )
  })

  it('replaces in texts, lists, maps and keys, with the type of a value that stands alone', () => {
    const stage = {
      cmd: 'go ${n} ${name}',
      deps: ['${name}.csv', '${list}'],
      outs: [{ '${name}': { cache: '${yes}' } }],
      retries: '${n}',
    }
    const { s, own } = one(stage, { n: 3, name: 'a', yes: true, list: ['x'] })
    expect(own).toEqual([])
    expect(s).toEqual({
      cmd: 'go 3 a',
      deps: ['a.csv', ['x']],
      outs: [{ a: { cache: true } }],
      retries: 3,
    })
  })

  it('leaves a condition as it is written, and no other field of that name', () => {
    const { s } = one({ when: '${a} == 1', meta: { when: '${a}' } }, { a: 1 })
    expect(s).toEqual({ when: '${a} == 1', meta: { when: 1 } })
  })

  it('gives what cannot be replaced to its stage, and the others all that is known', () => {
    const found = templated(
      { stages: { bad: { cmd: 'go ${none}', deps: ['x', '${none}'] }, good: { cmd: '${a}' } } },
      { a: 'ok' },
    )
    expect(found.reported).toEqual([])
    expect([...found.problems.keys()]).toEqual(['bad'])
    expect(found.problems.get('bad')?.map(({ code }) => code)).toEqual(['TEMPLATE', 'TEMPLATE'])
    expect(found.value).toMatchObject({ stages: { bad: { cmd: 'go ${none}' } } })
    expect(found.known).toEqual({ stages: { bad: { deps: ['x'] }, good: { cmd: 'ok' } } })
  })

  it('says of each place whether it lies in what is unknown', () => {
    const { isUnknown } = one({
      cmd: 'go',
      deps: ['a', '${none}'],
      outs: [{ '${gone}': { cache: true } }],
    })
    const at = (...path: (string | number)[]) => isUnknown(['stages', 's', ...path])
    expect([at('deps', 0), at('deps', 1), at('deps'), at('cmd')]).toEqual([
      false,
      true,
      false,
      false,
    ])
    expect(at('outs', 0, '${gone}')).toBe(true)
    expect(at('outs', 0, '${gone}', 'cache')).toBe(true)
  })

  it('drops a list entry that becomes empty, and keeps one that was', () => {
    const { known } = one({ cmd: 'go', outs: [{ '${gone}': {} }, {}, 'x'] })
    expect(known).toEqual({ cmd: 'go', outs: [{}, 'x'] })
  })

  it('reports an expression outside of every stage, at its place', () => {
    const { problems, reported } = templated({ stages: { s: 'go ${none}' }, more: '${none}' })
    expect(problems.size).toBe(0)
    expect(reported).toHaveLength(2)
    for (const line of reported) expect(line).toContain('TEMPLATE')
  })

  it('refuses a key that becomes a list or a map', () => {
    const { own, known } = one({ cmd: 'go', deps: [{ '${list}': { params: 1 } }] }, { list: [1] })
    expect(own.map(({ message }) => message)).toEqual([expect.stringContaining('is no text')])
    expect(known).toEqual({ cmd: 'go', deps: [] })
  })
})
