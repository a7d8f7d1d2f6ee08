// Every error that the schema of pipeline.yaml can give, alone and in pairs: each is told, with a code, a place and a hint.

import type { Problem } from '@weir/base'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { checkGrammar } from '../../src/config/grammar.ts'
import { readPipeline } from '../../src/config/pipeline.ts'
import { PipelineSchema } from '../../src/config/schema.ts'
import type { YamlFile } from '../../src/config/yaml.ts'
import { collect } from './reports.ts'

type Path = readonly (string | number)[]
type Node = Readonly<Record<string, unknown>>

/** A pipeline with every field, and every form that a list entry may have, twice. */
const OUT = { cache: true, persist: false, desc: 'd' }
const PLOT = { ...OUT, x: 'x', y: 'y', title: 't', x_label: 'x', y_label: 'y' }
const SOUND = {
  cache: { link: 'hard' },
  runs: { keep: 9 },
  stages: {
    a: {
      run: 'a.ts',
      desc: 'd',
      when: true,
      deps: ['i', 'j'],
      params: ['k', { 'p.yaml': ['l', 'm'] }, { 'q.yaml': null }],
      outs: ['o', { p: OUT }, { q: OUT }],
      metrics: ['m', { n: OUT }],
      plots: ['r', { s: PLOT }, { t: PLOT }],
      env: { A: 'x', B: 1, C: true, D: null, E: { secret: true } },
      frozen: false,
      always_changed: false,
      retries: 1,
      timeout: 9,
      meta: { any: ['thing'] },
    },
    b: { cmd: ['x', 'y'], timeout: '90s' },
    c: { cmd: 'x', when: 'a == b' },
  },
}

const WRONG: readonly unknown[] = [
  ...[null, true, 7, -1, 0, 1000, 1.5, '', ' ', 'a b'],
  ...[[], [null], [''], [{}], [[]], {}, { x: 1 }, { x: {} }, { x: { y: 1 } }, { x: {}, y: {} }],
]

/** The document with one thing changed, and where. */
interface Change {
  readonly path: Path
  apply(document: unknown): unknown
}

function changesOf(value: unknown, path: Path = []): Change[] {
  const replaced = WRONG.map((wrong) => changeAt(path, () => wrong))
  if (typeof value !== 'object' || value === null) return replaced
  const inner = Object.entries(value).flatMap(([key, item]) => [
    ...changesOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
    ...(Array.isArray(value) ? [] : keyChanges(path, key)),
  ])
  const added = Array.isArray(value)
    ? WRONG.map((wrong) => changeAt(path, (old) => [...(old as unknown[]), wrong]))
    : [changeAt(path, (old) => ({ ...(old as object), zzz: 1 }))]
  return [...replaced, ...added, ...inner]
}

function keyChanges(path: Path, key: string): Change[] {
  const without = (old: unknown): Record<string, unknown> => {
    const { [key]: _, ...rest } = old as Record<string, unknown>
    return rest
  }
  const renamed = (old: unknown): object => ({ ...without(old), [`${key} ?`]: (old as Node)[key] })
  return [changeAt(path, without), changeAt(path, renamed)]
}

function changeAt(path: Path, change: (old: unknown) => unknown): Change {
  return { path, apply: (document) => changed(document, path, change) }
}

function changed(
  value: unknown,
  [step, ...rest]: Path,
  change: (old: unknown) => unknown,
): unknown {
  if (step === undefined) return change(value)
  if (Array.isArray(value))
    return value.with(Number(step), changed(value[Number(step)], rest, change))
  return { ...(value as object), [step]: changed((value as Node)[step], rest, change) }
}

const ajv = new Ajv({ allErrors: true, strict: false }).compile(PipelineSchema)

function errorsOf(value: unknown): string[] {
  ajv(value)
  return (ajv.errors ?? []).map(
    ({ schemaPath, params }) => `${decodeURIComponent(schemaPath)} ${JSON.stringify(params)}`,
  )
}

/** Every place of the schema where a keyword may refuse a value. */
function refusals(schema: unknown, path = '#'): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, inner]) => {
    const here = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (['description', 'title', '$id'].includes(key) && typeof inner === 'string') return []
    if (key === 'additionalProperties') return inner === false ? [here] : refusals(inner, here)
    if (['type', 'pattern', 'minLength', 'required'].includes(key) && typeof inner !== 'object')
      return [here]
    if (/^(min|max|exclusive)/.test(key)) return [here]
    return [...(key === 'anyOf' ? [here] : []), ...refusals(inner, here)]
  })
}

/** A file whose places tell the path that was asked for. */
const FILE: YamlFile = {
  file: 'pipeline.yaml',
  text: '',
  value: null,
  place: (path, at = 'value') => ({ file: `${path.join('.')} ${at}` }),
  node: () => undefined,
}

function problemsOf(value: unknown): readonly Problem[] {
  const { report, problems } = collect()
  expect(checkGrammar(FILE, value, report)).toBe(false)
  return problems
}

const said = (problem: Problem): string =>
  `${problem.code} ${problem.place?.file} ${problem.message} ${problem.hint}`

const ALL = changesOf(SOUND)
const BAD = ALL.filter((change) => !ajv(change.apply(SOUND)))

/** One change for each place and each set of errors there: the rest tell nothing new. */
const KINDS = [
  ...new Map(BAD.map((bad) => [`${bad.path.join()} ${errorsOf(bad.apply(SOUND))}`, bad])).values(),
]

function apart(a: Path, b: Path): boolean {
  return a.slice(0, b.length).join() !== b.slice(0, a.length).join()
}

describe('each error of the schema', () => {
  it('is among the changes of this test, wherever in the schema it stands', () => {
    expect(ajv(SOUND)).toBe(true)
    const met = new Set(
      BAD.flatMap((bad) => errorsOf(bad.apply(SOUND)).map((error) => error.split(' {')[0])),
    )
    expect(refusals(PipelineSchema).filter((path) => !met.has(path))).toEqual([])
  })

  it('alone is told with a code, a place and a hint, once, in the text of a file', () => {
    for (const bad of BAD) {
      const text = JSON.stringify(bad.apply(SOUND))
      const { report, problems } = collect()
      expect(readPipeline(text, {}, report), text).toBeUndefined()
      expect(problems.length, text).toBeGreaterThan(0)
      for (const { code, message, place, hint } of problems) {
        expect([code, message, hint], text).toEqual([
          expect.stringMatching(/./),
          expect.stringMatching(/./),
          expect.stringMatching(/./),
        ])
        expect(place, text).toMatchObject({
          file: 'pipeline.yaml',
          line: 1,
          col: expect.any(Number),
        })
      }
      const all = problems.map(({ code, message, place }) => `${code} ${message} ${place?.col}`)
      expect(new Set(all).size, text).toBe(all.length)
    }
  })

  it('in a pair of them is told as it is alone', () => {
    const alone = KINDS.map((bad) => ({ bad, problems: problemsOf(bad.apply(SOUND)).map(said) }))
    for (const [index, one] of alone.entries())
      for (const other of alone.slice(index + 1)) {
        if (!apart(one.bad.path, other.bad.path)) continue
        const both = problemsOf(other.bad.apply(one.bad.apply(SOUND))).map(said)
        if (
          JSON.stringify([...one.problems, ...other.problems].sort()) !==
          JSON.stringify([...both].sort())
        )
          expect(both.sort()).toEqual([...one.problems, ...other.problems].sort())
      }
    expect(alone.length).toBeGreaterThan(200)
  })

  it('is found under a key with a line end too', () => {
    const stage = { cmd: 'x', outs: [{ 'o\np': { cache: 5 } }] }
    expect(problemsOf({ stages: { a: stage } }).map(({ message }) => message)).toEqual([
      'stages.a.outs.0.o\np.cache: expected a boolean, found 5',
    ])
  })

  it('twice in a list is told twice', () => {
    const stage = { cmd: 'x', outs: [{ o: { cahce: false } }, { p: { cahce: false } }] }
    expect(problemsOf({ stages: { a: stage } }).map(said)).toEqual([
      "UNKNOWN_KEY stages.a.outs.0.o.cahce key stages.a.outs.0.o: unknown key 'cahce' did you mean 'cache'?",
      "UNKNOWN_KEY stages.a.outs.1.p.cahce key stages.a.outs.1.p: unknown key 'cahce' did you mean 'cache'?",
    ])
  })
})
