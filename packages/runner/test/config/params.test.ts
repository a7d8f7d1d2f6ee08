// Declared params: what a key sees, what a cell is given, and what is missing.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Inexact } from '../../src/config/inexact.ts'
import type { Stage } from '../../src/config/model.ts'
import {
  allKeys,
  declaredValues,
  nestedValues,
  type ParamsFile,
  paramAt,
  paramsFiles,
  paramsProblems,
} from '../../src/config/params.ts'
import { stage as stageOf } from '../graph/stages.ts'

const FILES = {
  'params.yaml': { seed: 42, train: { rate: 0.1, layers: [16, 8], none: null }, 'a.b': 1 },
  'other.yaml': { train: { extra: true }, top: 'x' },
}

const ref = (file: string, ...keys: string[]) => ({ file, keys: keys.length > 0 ? keys : null })

const stage = (name: string, more: Partial<Stage> = {}) => stageOf(name, [], [], more)

describe('declaredValues', () => {
  it('is flat by file and dotted key, missing ones left out, null kept', () => {
    const refs = [ref('params.yaml', 'seed', 'train.rate', 'train.none', 'gone'), ref('other.yaml')]
    expect(declaredValues(refs, FILES)).toEqual({
      'params.yaml': { seed: 42, 'train.rate': 0.1, 'train.none': null },
      'other.yaml': { train: { extra: true }, top: 'x' },
    })
  })

  it('sees a name with a dot in it when the whole file is named', () => {
    expect(declaredValues([ref('params.yaml')], FILES)['params.yaml']).toHaveProperty(['a.b'], 1)
  })

  it('keeps no value but the file’s own under the names of JavaScript’s members', () => {
    expect(declaredValues([ref('params.yaml', 'constructor', 'train.toString')], FILES)).toEqual({
      'params.yaml': {},
    })
    const own = { 'params.yaml': { constructor: 5 } }
    expect(declaredValues([ref('params.yaml', 'constructor')], own)).toEqual(own)
  })
})

describe('nestedValues', () => {
  it('is nested as in the files, all files merged', () => {
    const refs = [ref('params.yaml', 'train.rate', 'train.layers'), ref('other.yaml')]
    expect(nestedValues(refs, FILES)).toEqual({
      train: { rate: 0.1, layers: [16, 8], extra: true },
      top: 'x',
    })
  })

  it('takes a map and a key inside it, in any order', () => {
    const both = { train: FILES['params.yaml'].train }
    expect(nestedValues([ref('params.yaml', 'train', 'train.rate')], FILES)).toEqual(both)
    expect(nestedValues([ref('params.yaml', 'train.rate', 'train')], FILES)).toEqual(both)
  })

  it('hands out copies: a cell cannot change what the next one is given', () => {
    const first = nestedValues([ref('params.yaml', 'train')], FILES) as {
      train: { layers: number[] }
    }
    first.train.layers.push(1)
    expect(FILES['params.yaml'].train.layers).toEqual([16, 8])
  })

  it('also of a map of which a part was there before', () => {
    const files = { p: { a: { x: 1, deep: { list: [1] } } } }
    const nested = nestedValues([ref('p', 'a.x', 'a')], files) as typeof files.p
    nested.a.deep.list.push(2)
    expect(files.p.a.deep.list).toEqual([1])
  })

  it('merges files to any depth; of a value that several have the last one counts', () => {
    const files = {
      one: { a: { b: { x: 1, both: 1, list: [1, 2] } }, kind: { was: 'map' } },
      two: { a: { b: { y: 2, both: 2, list: [3] } }, kind: 'text' },
    }
    expect(nestedValues([ref('one'), ref('two')], files)).toEqual({
      a: { b: { x: 1, y: 2, both: 2, list: [3] } },
      kind: 'text',
    })
    expect(nestedValues([ref('two'), ref('one', 'a.b.x', 'a.b.both')], files)).toEqual({
      a: { b: { x: 1, y: 2, both: 1, list: [3] } },
      kind: 'text',
    })
  })

  it('property: each declared leaf of any file is found in it again, where no later file has it', () => {
    const key = fc.constantFrom('a', 'b', 'toString')
    const tree = fc.dictionary(key, fc.dictionary(key, fc.dictionary(key, fc.integer())))
    const leaves = (values: unknown, path: string[] = []): string[][] =>
      typeof values === 'object' && values !== null
        ? Object.entries(values).flatMap(([name, item]) => leaves(item, [...path, name]))
        : [path]
    fc.assert(
      fc.property(tree, tree, (one, two) => {
        const nested = nestedValues([ref('one'), ref('two')], { one, two })
        for (const path of [...leaves(one), ...leaves(two)].map((names) => names.join('.')))
          expect(paramAt(nested, path)).toBe(paramAt(two, path) ?? paramAt(one, path))
      }),
    )
  })

  it('property: each declared leaf is found in it again', () => {
    const key = fc.constantFrom('a', 'b', 'constructor', 'toString')
    const tree = fc.dictionary(key, fc.dictionary(key, fc.integer()))
    fc.assert(
      fc.property(tree, (values) => {
        const keys = allKeys(values)
        if (keys.length === 0) return true
        const nested = nestedValues([ref('p', ...keys)], { p: values })
        return keys.every(
          (one) => JSON.stringify(paramAt(nested, one)) === JSON.stringify(paramAt(values, one)),
        )
      }),
    )
  })
})

describe('paramsProblems', () => {
  const problems = (stages: Stage[], files: Record<string, unknown> = FILES) =>
    problemsIn(stages, filesOf(files)).map(
      ({ code, message, hint }) => `${code} ${message} | ${hint}`,
    )
  const problemsIn = (stages: Stage[], files: Record<string, ParamsFile>) =>
    [...paramsProblems(stages, files).values()].flat()
  const filesOf = (values: Record<string, unknown>): Record<string, ParamsFile> =>
    Object.fromEntries(Object.entries(values).map(([file, value]) => [file, { value }]))

  it('is silent where all is there', () => {
    expect(
      problems([stage('a', { params: [ref('params.yaml', 'train.none'), ref('other.yaml')] })]),
    ).toEqual([])
  })

  it('names every missing key with the nearest', () => {
    expect(problems([stage('a', { params: [ref('params.yaml', 'train.rat', 'zzzzzz')] })])).toEqual(
      [
        "PARAM_MISSING stage 'a' reads the param 'train.rat', which params.yaml does not have | did you mean 'train.rate'?",
        "PARAM_MISSING stage 'a' reads the param 'zzzzzz', which params.yaml does not have | add 'zzzzzz' to params.yaml, or take it from the stage's params",
      ],
    )
  })

  it('refuses a file that is missing or no map, though no key of it is named', () => {
    const files = { ...FILES, 'list.yaml': [1] }
    const found = problems([stage('a', { params: [ref('gone.yaml'), ref('list.yaml')] })], files)
    expect(found.map((line) => line.split(' |')[0])).toEqual([
      "PARAM_MISSING stage 'a' takes params from 'gone.yaml', which does not exist",
      'BAD_VALUE list.yaml must be a map of names and values',
    ])
  })

  it('gives the problems of a file to the stages that take params from it', () => {
    const wrong = { code: 'YAML_SYNTAX' as const, message: 'no YAML' }
    const stages = [
      stage('a', { params: [ref('b.yaml', 'k')] }),
      stage('c', { params: [ref('params.yaml', 'seed')] }),
    ]
    const files = { ...filesOf(FILES), 'b.yaml': { problems: [wrong] } }
    expect(paramsProblems(stages, files)).toEqual(new Map([['a', [wrong]]]))
  })

  it('gives a number that cannot be kept to the stages that declare it, or what it lies in', () => {
    const number = (col: number) => new Inexact('.inf', { file: 'params.yaml', line: 1, col })
    const values = { top: 1, train: { rate: number(3), list: [1, { x: number(7) }] } }
    const found = (...keys: string[]) =>
      problemsIn([stage('a', { params: [ref('params.yaml', ...keys)] })], {
        'params.yaml': { value: values },
      }).map(({ code, place }) => `${code} ${place?.col}`)
    expect(found('top')).toEqual([])
    expect(found('train.list.0')).toEqual([])
    expect(found('train.rate')).toEqual(['BAD_VALUE 3'])
    expect(found('train.list')).toEqual(['BAD_VALUE 7'])
    expect(found('train')).toEqual(['BAD_VALUE 3', 'BAD_VALUE 7'])
    expect(found()).toEqual(['BAD_VALUE 3', 'BAD_VALUE 7'])
  })

  it('refuses a file that a stage writes: it would be read before it is written', () => {
    const maker = stage('maker', {
      outs: [{ path: 'made', kind: 'out', cache: true, persist: false }],
    })
    const found = problems([maker, stage('a', { params: [ref('made/p.yaml')] })])
    expect(found).toEqual([
      "PARAM_IS_OUT stage 'a' takes params from 'made/p.yaml', which 'maker' writes | name 'made/p.yaml' among its deps instead: params are read before any stage starts",
    ])
  })
})

describe('paramsFiles', () => {
  it('always has params.yaml, each once', () => {
    expect(paramsFiles([])).toEqual(['params.yaml'])
    const two = [
      stage('a', { params: [ref('b.yaml', 'k'), ref('params.yaml', 'k')] }),
      stage('b', { params: [ref('b.yaml')] }),
    ]
    expect(paramsFiles(two)).toEqual(['params.yaml', 'b.yaml'])
  })
})
