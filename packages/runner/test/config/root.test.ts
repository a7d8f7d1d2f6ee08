// The project around a folder, and what commands that open no pipeline know of its params.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProjectParams } from '../../src/commands/project-params.ts'
import { Inexact } from '../../src/config/inexact.ts'
import { findLayout, findRoot } from '../../src/config/root.ts'
import { folderWith } from '../project-folder.ts'

describe('the root of a project', () => {
  it('is the nearest folder with a pipeline.yaml, from any depth', () => {
    const root = folderWith({
      'pipeline.yaml': '',
      'a/pipeline.yaml': '',
      'a/b/c/x': '',
      'd/x': '',
    })
    expect(findRoot(root)).toBe(root)
    expect(findRoot(join(root, 'd'))).toBe(root)
    expect(findRoot(join(root, 'a/b/c'))).toBe(join(root, 'a'))
  })

  it('need not be reached by folders that are there', () => {
    const root = folderWith({ 'pipeline.yaml': '' })
    expect(findRoot(join(root, 'gone/for/good'))).toBe(root)
  })

  it('is none where no folder up to the top has one', () => {
    const root = folderWith({ 'pipeline.yml': '', 'params.yaml': '' })
    expect(findRoot(root)).toBeUndefined()
    expect(findLayout(root)).toBeUndefined()
  })

  it('has its files below it, and the state where the caller has it', () => {
    const root = folderWith({ 'pipeline.yaml': '' })
    const layout = findLayout(join(root, 'x'), { state: '/elsewhere', cache: '/shared/cache' })
    expect(layout).toMatchObject({
      root,
      lock: join(root, 'pipeline.lock'),
      state: '/elsewhere',
      runCache: '/elsewhere/runs',
      charts: '/elsewhere/memo/charts',
      cache: '/shared/cache',
    })
  })
})

describe('the params of a project', () => {
  it('are those beside its pipeline.yaml, read from any folder in it', () => {
    const root = folderWith({ 'pipeline.yaml': '', 'params.yaml': 'a: {b: [1, x]}\n' })
    mkdirSync(join(root, 'sub'))
    expect(readProjectParams(join(root, 'sub'))).toEqual({ root, values: { a: { b: [1, 'x'] } } })
  })

  it.each([
    ['an absent file', undefined],
    ['an empty one', ''],
    ['one that holds a list', '- 1\n'],
    ['one that holds a text', 'a\n'],
  ])('are none in %s', (_, text) => {
    const root = folderWith({
      'pipeline.yaml': '',
      ...(text !== undefined && { 'params.yaml': text }),
    })
    expect(readProjectParams(root)).toEqual({ root, values: {} })
  })

  it('are read without a pipeline too, in the folder itself only', () => {
    const root = folderWith({ 'params.yaml': 'a: 1\n', 'sub/x': '' })
    expect(readProjectParams(root)).toEqual({ root, values: { a: 1 } })
    expect(readProjectParams(join(root, 'sub'))).toEqual({ root: join(root, 'sub'), values: {} })
  })

  it('of a file that is no YAML are refused with their place', () => {
    const root = folderWith({ 'params.yaml': 'a: 1\nb: [\n' })
    expect(() => readProjectParams(root)).toThrow(
      expect.objectContaining({
        code: 'YAML_SYNTAX',
        exit: 2,
        place: expect.objectContaining({ file: 'params.yaml' }),
      }),
    )
  })

  it('that cannot be kept exactly are marked, and refuse nobody who does not use them', () => {
    const root = folderWith({ 'params.yaml': 'a: .inf\nb: 1\n' })
    const { values } = readProjectParams(root)
    expect(values.b).toBe(1)
    expect(values.a).toBeInstanceOf(Inexact)
    expect((values.a as Inexact).place).toMatchObject({ file: 'params.yaml', line: 1, col: 4 })
  })
})
