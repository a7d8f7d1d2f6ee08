// A cell that makes a folder of a file port, or a file of a folder port, is told so.
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { file, folder, json, ref } from '../../src/door/cells.ts'
import { checkForms } from '../../src/execute/output-forms.ts'
import { folderWith } from '../project-folder.ts'

const FILES = { 'one.json': '{}', 'many/a.txt': '' }

/** The check of one output that the cell has made at a path. */
const check = (port: Parameters<typeof checkForms>[0], made: string | undefined) => () =>
  checkForms(port, {
    inputs: {},
    outputs: made === undefined ? {} : { declared: join(folderWith(FILES), made) },
    ports: { inputs: {}, outputs: { out: 'declared' } },
  })

describe('checkForms', () => {
  it.each([
    ['a file', { out: file('declared') }, 'one.json'],
    ['JSON', { out: json('declared', Type.Any()) }, 'one.json'],
    ['a folder', { out: folder('declared') }, 'many'],
    ['what is not there, which is told elsewhere', { out: file('declared') }, 'gone'],
    ['a port without a place', { out: file('declared') }, undefined],
    ['a reference, which has no form', { out: ref('registry://m/x') }, 'many'],
  ])('takes %s', (_, port, made) => expect(check(port, made)).not.toThrow())

  it.each([
    [
      'a folder of a file port',
      { out: file('declared') },
      'many',
      'outputs.out is a file, and the cell has made a folder',
    ],
    [
      'a folder of a JSON port',
      { out: json('declared', Type.Any()) },
      'many',
      'outputs.out is a file',
    ],
    [
      'a file of a folder port',
      { out: folder('declared') },
      'one.json',
      'outputs.out is a folder, and the cell has made a file',
    ],
  ])('refuses %s', (_, port, made, message) => {
    expect(check(port, made)).toThrowError(
      expect.objectContaining({
        code: 'OUTPUT_INVALID',
        message: expect.stringContaining(message),
      }),
    )
  })

  it('has nothing to check of a cell without outputs', () => {
    expect(check(undefined, 'many')).not.toThrow()
  })
})
