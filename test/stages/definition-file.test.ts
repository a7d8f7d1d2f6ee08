// Reading a definition file: problems are told at their line and column.
import { join } from 'node:path'
import { definitionOf, readDefinition } from '@weir/formats/definition-file'
import { StageError } from '@weir/runner'
import { expect, test } from 'vitest'
import { PEOPLE } from './people.ts'
import { failure, temporary, writeFiles } from './rig.ts'

function refused(text: string): StageError {
  try {
    definitionOf(text, 'data/people.yaml')
  } catch (error) {
    if (error instanceof StageError) return error
    throw error
  }
  throw new Error('nothing failed')
}

test('every problem has its line and column, a hint beside it', () => {
  const text = PEOPLE.replace('min: 0, max: 120', 'mni: 0').replace('type: date', 'type: daet')
  const error = refused(text)
  expect(error).toMatchObject({ code: 'DEFINITION_INVALID', where: 'data/people.yaml' })
  expect(error.message.split('\n')).toEqual([
    "data/people.yaml:9:29 tables.people.columns.age.mni: unknown key 'mni' (did you mean 'min'?)",
    expect.stringContaining('data/people.yaml:12:22 tables.people.columns.since.type: expected'),
  ])
})

test('a name that resolves to nothing is told where it stands, in a list too', () => {
  const { message } = refused(PEOPLE.replace('[age, member', '[age, membre'))
  expect(message).toBe(
    "data/people.yaml:19:44 views.person.features.1: there is no column membre (did you mean 'member'?)",
  )
})

test('a missing key is told at the map that lacks it', () => {
  const { message } = refused(PEOPLE.replace('type: boolean, nullable', 'nullable'))
  expect(message).toContain(
    'data/people.yaml:10:15 tables.people.columns.member: the key type is missing',
  )
})

test('YAML that is none, all its errors at once', () => {
  const error = refused('name: [a\nb: }\n')
  expect(error.code).toBe('DEFINITION_SYNTAX')
  expect(error.message).toMatch(/data\/people.yaml:2:1 .*\ndata\/people.yaml:2:4 /)
})

test('a bomb of aliases is refused', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg']) {
    bomb.push(`${to}: &${to} [${new Array(9).fill(`*${from}`).join(', ')}]`)
  }
  expect(refused(bomb.join('\n'))).toMatchObject({ code: 'DEFINITION_SYNTAX' })
})

test('a file that is not there', async () => {
  const folder = await temporary()
  const error = await failure(readDefinition(join(folder, 'none.yaml')))
  expect(error.code).toBe('DEFINITION_UNREADABLE')
  await writeFiles(folder, { 'people.yaml': PEOPLE })
  expect((await readDefinition(join(folder, 'people.yaml'))).name).toBe('people')
})
