// The definition of a data set: what it gives, and every problem that it can have.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  DefinitionError,
  type DefinitionProblem,
  featureSpecs,
  parseDefinition,
} from '../src/definition.ts'
import { DefinitionFile } from '../src/definition-schema.ts'

const SMALL = {
  name: 'small',
  entity: { key: 'id', table: 'people' },
  tables: {
    people: {
      columns: {
        id: { type: 'string' },
        age: { type: 'integer', min: 0 },
        left: { type: 'boolean' },
        seen: { type: 'timestamp' },
        town: { type: 'category', levels: ['Here'], nullable: true },
      },
    },
    visits: {
      key: ['id', 'at'],
      columns: { id: { type: 'string' }, at: { type: 'timestamp' }, spent: { type: 'number' } },
    },
  },
  label: { table: 'people', column: 'left' },
  views: {
    person: { table: 'people', features: ['age', 'town'] },
    visit: { table: 'visits', event_time: 'at', ttl_days: 7, features: ['spent'] },
  },
}

/** A copy of SMALL with the value at a path replaced, or removed where it is undefined. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(SMALL) as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const parent = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

function problems(value: unknown): readonly DefinitionProblem[] {
  try {
    parseDefinition(value)
    return []
  } catch (error) {
    if (error instanceof DefinitionError) return error.problems
    throw error
  }
}

test('defaults are filled in', () => {
  const definition = parseDefinition(SMALL)
  expect(definition.tables.map((table) => table.key)).toEqual([['id'], ['id', 'at']])
  expect(definition.label).toEqual({
    table: 'people',
    column: 'left',
    complete: 0.95,
    required: false,
  })
  expect(definition.views[1]).toEqual({
    name: 'visit',
    table: 'visits',
    features: ['spent'],
    ttlDays: 7,
    eventTime: 'at',
    createdTime: null,
  })
  expect(definition.views[0]).toMatchObject({ ttlDays: null, eventTime: null })
  expect(definition.periods).toEqual({})
})

test('features come view by view with their column’s promises', () => {
  expect(featureSpecs(parseDefinition(SMALL))).toEqual([
    { name: 'age', view: 'person', type: 'integer', min: 0, nullable: false },
    { name: 'town', view: 'person', type: 'category', levels: ['Here'], nullable: true },
    // Not everyone has visited.
    { name: 'spent', view: 'visit', type: 'number', nullable: true },
  ])
})

test.each<[path: string, value: unknown, at: string, message: RegExp]>([
  ['name', undefined, '', /key name is missing/],
  ['nmae', 'x', 'nmae', /unknown key 'nmae'/],
  ['name', 3, 'name', /expected a string that is not empty, found 3/],
  [
    'tables.people.columns.age.type',
    'int',
    'tables.people.columns.age.type',
    /number or integer or boolean or category/,
  ],
  ['tables.people.columns.age.mni', 0, 'tables.people.columns.age.mni', /unknown key/],
  ['tables.people.columns.age.max', -1, 'tables.people.columns.age', /min 0 is above max -1/],
  [
    'tables.people.columns.left.min',
    0,
    'tables.people.columns.left.min',
    /boolean columns have no min/,
  ],
  [
    'tables.people.columns.age.levels',
    ['1'],
    'tables.people.columns.age.levels',
    /integer columns have no levels/,
  ],
  [
    'tables.people.columns.age.pattern',
    '^1',
    'tables.people.columns.age.pattern',
    /have no pattern/,
  ],
  [
    'expectations',
    { row_change: { peopel: {} } },
    'expectations.row_change.peopel',
    /no table peopel/,
  ],
  [
    'expectations',
    { references: { people: ['visits', 'visit'] } },
    'expectations.references.people',
    /no table visit/,
  ],
  [
    'expectations',
    { unique: { people: [['agee']] } },
    'expectations.unique.people',
    /no column agee/,
  ],
  [
    'expectations',
    { freshness: { people: { column: 'age', days: 3 } } },
    'expectations.freshness.people.column',
    /age is a integer/,
  ],
  [
    'expectations',
    { checks: { persons: { x: 'true' } } },
    'expectations.checks.persons',
    /no table/,
  ],
  ['plausible', { rows: 1 }, 'plausible.rows', /above 1|greater than 1|expected/],
  ['plausible', { tables: { visit: {} } }, 'plausible.tables.visit', /did you mean|no table visit/],
  [
    'plausible',
    { tables: { people: { columns: { agee: {} } } } },
    'plausible.tables.people.columns.agee',
    /no column agee/,
  ],
  ['label.complete', 0, 'label.complete', /expected/],
  ['tables.people.columns.id.nullable', true, 'tables.people', /key column id is nullable/],
  [
    'tables.people.columns.Age',
    { type: 'number' },
    'tables.people.columns.Age',
    /differs from age by case alone/,
  ],
  [
    'tables.people.columns.__row',
    { type: 'number' },
    'tables.people.columns.__row',
    /two underscores/,
  ],
  ['tables.visits.key', ['id', 'att'], 'tables.visits.key', /there is no column att/],
  ['tables./up', { columns: { id: { type: 'string' } } }, 'tables./up', /cannot be a file's name/],
  ['entity.table', 'persons', 'entity.table', /there is no table persons/],
  ['entity.table', 'visits', 'entity.table', /key of visits is not id/],
  ['tables.people.columns.id.type', 'number', 'entity.key', /id is of type number/],
  [
    'tables.visits.columns.id.type',
    'integer',
    'tables.visits.columns.id.type',
    /id is of type integer here and string in people/,
  ],
  ['label.column', 'age', 'label.column', /not a boolean but integer/],
  ['label.column', 'lift', 'label.column', /there is no column lift/],
  ['label.table', 'visits', 'label.table', /key of visits is not id/],
  ['views.person.table', 'peple', 'views.person.table', /there is no table peple/],
  ['views.person.features', [], 'views.person.features', /a list of 1 or more/],
  ['views.person.features', ['age', 'seen'], 'views.person.features.1', /seen is a timestamp/],
  [
    'views.person.features',
    ['left'],
    'views.person.features.0',
    /left is already used by the label/,
  ],
  [
    'views.Visit',
    { table: 'people', features: ['town'] },
    'views.Visit',
    /Visit differs from visit by case alone/,
  ],
  ['views.visit.features', ['age'], 'views.visit.features.0', /no column age/],
  ['views.visit.ttl_days', 0, 'views.visit.ttl_days', /above 0 or null, found 0/],
  ['views.visit.event_time', 'spent', 'views.visit.event_time', /spent is a number/],
  ['periods', { a: '2024-02-30' }, 'periods.a', /is no date/],
  ['periods', { a: '2024-02-28', b: '2024-02-28' }, 'periods.b', /already the period of a/],
  ['periods', { a: 'soon' }, 'periods.a', /a quoted date/],
  [
    'expectations',
    { rows: { persons: {} } },
    'expectations.rows.persons',
    /there is no table persons/,
  ],
  [
    'expectations',
    { references: { people: 'towns' } },
    'expectations.references.people',
    /no table towns/,
  ],
  [
    'expectations',
    { label_share: { min: 1, max: 0 } },
    'expectations.label_share',
    /min 1 is above max 0/,
  ],
])('%s = %j is refused', (path, value, at, message) => {
  const found = problems(changed(path, value))
  expect(found.map((problem) => problem.path.join('.'))).toContain(at)
  expect(found.map((problem) => problem.message).join('\n')).toMatch(message)
})

test('names of features that differ by case alone, or meet a column of the join, are refused', () => {
  const { people, visits } = SMALL.tables
  const tables = {
    people: { columns: { ...people.columns, visit__as_of: { type: 'number' } } },
    visits: { ...visits, columns: { ...visits.columns, AGE: { type: 'number' } } },
  }
  const views = {
    person: { table: 'people', features: ['age', 'visit__as_of'] },
    visit: { table: 'visits', event_time: 'at', features: ['AGE'] },
  }
  expect(problems({ ...SMALL, tables, views })).toMatchObject([
    {
      path: ['views', 'person', 'features', 1],
      message: 'visit__as_of is already used by the view visit for its time',
    },
    {
      path: ['views', 'visit', 'features', 0],
      message: 'AGE is already used by the view person',
    },
  ])
})

test('a mistyped name gets the nearest known one as a hint', () => {
  expect(problems(changed('nmae', 'x'))[0]?.hint).toBe("did you mean 'name'?")
  expect(problems(changed('label.column', 'lift'))[0]?.hint).toBe("did you mean 'left'?")
})

test('all problems of a kind are told at once', () => {
  expect(problems({ ...SMALL, nmae: 1, label: { table: 'people' }, views: 3 })).toHaveLength(3)
  const both = {
    ...SMALL,
    entity: { key: 'id', table: 'x' },
    label: { table: 'people', column: 'y' },
  }
  expect(problems(both)).toHaveLength(2)
})

test.each([[null], [[]], ['text'], [{}]])('%j is no definition', (value) => {
  expect(problems(value).length).toBeGreaterThan(0)
})

test('what ships is sound and has the fourteen features', () => {
  const definition = parseDefinition(parse(readFileSync('data/streamflow.yaml', 'utf8')))
  expect(featureSpecs(definition)).toHaveLength(14)
  expect(definition.periods).toEqual({ month_000: '2024-01-31', month_001: '2024-02-29' })
})

// To renew: UPDATE_SCHEMA=1 npx vitest run packages/formats/test/definition.test.ts
test('docs/dataset.schema.json is the schema that the code checks with', async () => {
  const current = `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...DefinitionFile }, null, 2)}\n`
  if (process.env.UPDATE_SCHEMA) {
    const { writeFileSync } = await import('node:fs')
    writeFileSync('docs/dataset.schema.json', current)
  }
  expect(readFileSync('docs/dataset.schema.json', 'utf8')).toBe(current)
})

/** Where a definition names a table or a column. */
const NAMED = [
  ...['entity.key', 'entity.table', 'label.table', 'label.column'],
  ...['views.person.table', 'views.visit.event_time'],
]

test.each(
  NAMED.flatMap((path) => ['constructor', 'toString', '__proto__'].map((name) => [path, name])),
)('%s: %s, which every object has, is no more than another name that is not there', (path, name) => {
  const found = problems(changed(path, name)).map(({ message }) => message)
  const others = problems(changed(path, 'nothing')).map(({ message }) => message)
  expect(found.length).toBeGreaterThan(0)
  expect(found).toHaveLength(others.length)
})
