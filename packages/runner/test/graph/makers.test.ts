// Who makes which path: laws over random pipelines, and each refusal with its place.
import type { Problem } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stage } from '../../src/config/model.ts'
import { collectMakers, foldersOf } from '../../src/plan/makers.ts'
import { randomStages, stage } from './stages.ts'

/** The makers, with what was reported. */
function collected(...stages: Stage[]) {
  const problems: Problem[] = []
  return { makers: collectMakers(stages, (problem) => problems.push(problem)), problems }
}

const codes = (...stages: Stage[]) => collected(...stages).problems.map(({ code }) => code)

const segment = fc.constantFrom('a', 'b', 'c', 'd.csv', 'e f', 'ä')
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))

describe('foldersOf', () => {
  it('are the proper beginnings of a path, outermost first', () => {
    fc.assert(
      fc.property(path, (one) => {
        const folders = foldersOf(one)
        expect(folders).toHaveLength(one.split('/').length - 1)
        for (const folder of folders) expect(one.startsWith(`${folder}/`)).toBe(true)
        expect(folders).toEqual([...folders].sort((a, b) => a.length - b.length))
      }),
    )
    expect(foldersOf('registry://a/b/c')).toEqual([])
  })
})

describe('collectMakers', () => {
  it('names the one maker of each output of a sound pipeline, and who writes below each folder', () => {
    fc.assert(
      fc.property(randomStages, (stages) => {
        const { makers, problems } = collected(...stages)
        expect(problems).toEqual([])
        for (const { name, outs } of stages)
          for (const out of outs) expect(makers?.exact.get(out.path)).toBe(name)
        expect(makers?.exact.size).toBe(stages.length)
        expect([...(makers?.below.get('out') ?? [])].sort()).toEqual(
          stages.map(({ name }) => name).sort(),
        )
      }),
    )
  })

  it('does not depend on the order of the stages', () => {
    fc.assert(
      fc.property(randomStages, (stages) => {
        const [there, back] = [collected(...stages), collected(...stages.toReversed())]
        const entries = (found: typeof there) => [...(found.makers?.exact ?? [])].sort()
        expect(entries(back)).toEqual(entries(there))
      }),
    )
  })

  it('refuses two outputs exactly where one is the other or lies inside it', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        const touching =
          one === other || `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`)
        const { makers } = collected(stage('s', [], [one]), stage('t', [], [other]))
        expect(makers === undefined).toBe(touching)
      }),
    )
  })

  it('refuses to read what one writes, exactly where the two paths touch', () => {
    fc.assert(
      fc.property(path, path, (dep, out) => {
        const touching =
          dep === out || `${dep}/`.startsWith(`${out}/`) || `${out}/`.startsWith(`${dep}/`)
        expect(codes(stage('s', [dep], [out]))).toEqual(touching ? ['DEP_IS_OUT'] : [])
      }),
    )
  })

  it.each([
    ['one path twice in a stage', [stage('s', [], ['x', 'x'])], ['OUT_TWICE']],
    ['one path in two stages', [stage('s', [], ['x']), stage('t', [], ['x'])], ['OUT_TWICE']],
    [
      'an output in a folder of another',
      [stage('s', [], ['d']), stage('t', [], ['d/x'])],
      ['OUT_OVERLAP'],
    ],
    ['a path outside', [stage('s', [], ['../x'])], ['PATH_OUTSIDE']],
    ['an absolute path', [stage('s', [], ['/tmp/x'])], ['PATH_OUTSIDE']],
    ['the project', [stage('s', [], ['.'])], ['PATH_RESERVED']],
    ['the pipeline', [stage('s', [], ['pipeline.yaml'])], ['PATH_RESERVED']],
    ['the params', [stage('s', [], ['params.yaml'])], ['PATH_RESERVED']],
    ['the lock', [stage('s', [], ['pipeline.lock'])], ['PATH_RESERVED']],
    ['the state', [stage('s', [], ['.weir/cache/x'])], ['PATH_RESERVED']],
    ['the history of git', [stage('s', [], ['.git/config'])], ['PATH_RESERVED']],
    ['a key that no record can have', [stage('s', [], ['__proto__'])], ['PATH_RESERVED']],
    ['a dependency on the state', [stage('s', ['.weir/logs'], ['x'])], ['PATH_RESERVED']],
    ['a dependency on everything', [stage('s', ['..'], ['x'])], ['PATH_RESERVED']],
  ] as const)('refuses %s', (_, stages, expected) => {
    const { makers, problems } = collected(...stages)
    expect(makers).toBeUndefined()
    expect(problems.map(({ code }) => code)).toEqual(expected)
    for (const { place, hint } of problems) {
      expect(place).toMatchObject({ file: 'pipeline.yaml', line: 1 })
      expect(hint).toBeTruthy()
    }
  })

  it('refuses an output that holds the code of a cell, and lets one stand beside it', () => {
    const cell = stage('s', [], ['x'], { command: { kind: 'run', file: 'stages/s.ts' } })
    expect(codes(cell, stage('t', [], ['stages']))).toEqual(['PATH_RESERVED'])
    expect(codes(cell, stage('t', [], ['stages/s.ts']))).toEqual(['PATH_RESERVED'])
    expect(codes(cell, stage('t', [], ['stages/s.json']))).toEqual([])
  })

  it('takes references for what they are: no path lies in one', () => {
    const [one, other] = ['registry://m/a', 'registry://m/a/b']
    expect(codes(stage('s', [], [one]), stage('t', [other], ['x']))).toEqual([])
    expect(codes(stage('s', [one], [one]))).toEqual(['DEP_IS_OUT'])
  })
})
