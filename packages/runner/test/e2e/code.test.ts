// Semantic code: what an edit of a module reruns, and what it does not; packages by the lockfile.
import { symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { folderWith, write } from '../project-folder.ts'
import { API, jsonOf, type Project, pipeline, project } from './rig.ts'

/** one uses `double` of helpers/math.ts, two uses `shout` of helpers/text.ts, three uses both and a package. */
function cells(): Project {
  const cell = (out: string, imports: string, expression: string): string => `
import { defineStage, text } from '${API}'
import { Type } from '@sinclair/typebox'
${imports}
const params = Type.Object({})
export default defineStage({
  title: 'A cell',
  params,
  outputs: { out: text('${out}') },
  run: ({ outputs }) => outputs.out.write(String(${expression})),
})
`
  const it = project({
    'package.json': '{"name": "p", "type": "module"}\n',
    'package-lock.json': locked('1.0.0', '2.0.0'),
    'helpers/math.ts': `/** Twice. */
export function double(x: number): number {
  return factor() * x
}
function factor(): number {
  return 2
}
export const unused = (): number => 41
`,
    'helpers/text.ts': `export type Loud = string
export const shout = (text: string): Loud => text.toUpperCase()
`,
    'stages/one.ts': cell('one.txt', "import { double } from '../helpers/math.ts'", 'double(4)'),
    'stages/two.ts': cell('two.txt', "import { shout } from '../helpers/text.ts'", "shout('a')"),
    'stages/three.ts': cell(
      'three.txt',
      "import { double } from '../helpers/math.ts'\nimport { shout } from '../helpers/text.ts'\nimport { value } from 'some-package/inner'",
      "shout('b') + double(1) + value",
    ),
    'node_modules/some-package/package.json':
      '{"name": "some-package", "version": "1.0.0", "type": "module", "exports": {"./inner": "./inner.js"}}',
    'node_modules/some-package/inner.js': 'export const value = 1\n',
    'pipeline.yaml': pipeline({
      one: { run: 'stages/one.ts', outs: ['one.txt'] },
      two: { run: 'stages/two.ts', outs: ['two.txt'] },
      three: { run: 'stages/three.ts', outs: ['three.txt'] },
    }),
  })
  return it
}

function locked(some: string, other: string): string {
  const packages = {
    '': { name: 'p' },
    'node_modules/some-package': { version: some },
    'node_modules/other-package': { version: other },
    'node_modules/@sinclair/typebox': { version: '0.34.0' },
  }
  return JSON.stringify({ name: 'p', lockfileVersion: 3, packages })
}

const NOTHING = { one: 'cached', two: 'cached', three: 'cached' }

test('an edited comment, type, layout or unused function reruns nothing', async () => {
  const it = cells()
  expect(await it.outcomes()).toEqual({ one: 'ran', two: 'ran', three: 'ran' })
  const lock = it.read('pipeline.lock')
  for (const [file, old, now] of [
    ['helpers/math.ts', '/** Twice. */', '// Two times,\n// that is.'],
    [
      'helpers/math.ts',
      '(x: number): number {\n  return factor() * x',
      '(x: number) {\n\n      return (factor() * x)',
    ],
    ['helpers/math.ts', '=> 41', '=> 42'],
    [
      'helpers/math.ts',
      'export const unused',
      'export const another = { a: [1] }\nexport const unused',
    ],
    ['helpers/text.ts', 'type Loud = string', 'type Loud = string & {}'],
    [
      'stages/one.ts',
      'import { double }',
      "import type { Loud } from '../helpers/text.ts'\nexport type Mine = Loud\nimport { double }",
    ],
    ['package-lock.json', '"2.0.0"', '"2.1.0"'],
  ] as const) {
    it.edit(file, old, now)
    expect(await it.outcomes(), now).toEqual(NOTHING)
  }
  expect(it.read('pipeline.lock')).toBe(lock)
})

test('an edited function reruns exactly its users, and explain names the module', async () => {
  const it = cells()
  await it.run()
  it.edit('helpers/math.ts', 'return 2', 'return 3')
  expect(await it.states()).toEqual({ one: 'stale', two: 'fresh', three: 'stale' })
  const told = jsonOf<{ reasons: string[] }>(await it.weir(['explain', 'one', '--json']))
  expect(told.reasons).toEqual(['code changed: helpers/math.ts'])
  expect(await it.outcomes()).toEqual({ one: 'ran', two: 'cached', three: 'ran' })
  expect(it.read('one.txt')).toBe('12')
  it.edit('stages/two.ts', "shout('a')", "shout('c')")
  const run = await it.run()
  expect(run.stages[1]).toMatchObject({ outcome: 'ran', reasons: ['code changed: stages/two.ts'] })
  it.edit('helpers/math.ts', 'return 3', 'return 2')
  expect(await it.outcomes()).toEqual({ one: 'restored', two: 'cached', three: 'restored' })
})

test('a helper that is newly imported, and one that is not any more, are named', async () => {
  const it = cells()
  await it.run()
  it.edit(
    'stages/one.ts',
    "import { double } from '../helpers/math.ts'",
    "import { shout as double } from '../helpers/text.ts'",
  )
  it.edit('stages/one.ts', 'double(4)', "double('x')")
  const run = await it.run()
  expect(run.stages[0]?.reasons).toEqual(
    expect.arrayContaining(['code removed: helpers/math.ts', 'code added: helpers/text.ts']),
  )
})

test('an upgraded package reruns exactly the stages that import it', async () => {
  const it = cells()
  await it.run()
  it.write({ 'package-lock.json': locked('1.1.0', '2.0.0') })
  const run = await it.run()
  expect(run.stages.map(({ outcome }) => outcome)).toEqual(['cached', 'cached', 'ran'])
  expect(run.stages[2]?.reasons).toEqual(['package some-package: 1.0.0 -> 1.1.0'])
})

test('an edited package that links to a folder elsewhere reruns the stages that import it', async () => {
  const it = cells()
  const elsewhere = folderWith({
    'package.json': it.read('node_modules/some-package/package.json'),
    'inner.js': 'export const value = 1\n',
  })
  it.remove('node_modules/some-package')
  symlinkSync(elsewhere, it.path('node_modules/some-package'))
  await it.run()
  expect(it.read('three.txt')).toBe('B21')
  expect([await it.outcomes(), await it.outcomes()]).toEqual([NOTHING, NOTHING])
  write(elsewhere, { 'inner.js': 'export const value = 7\n' })
  const { stages } = await it.run()
  expect(stages.map(({ outcome }) => outcome)).toEqual(['cached', 'cached', 'ran'])
  expect(stages[2]?.reasons).toEqual([
    expect.stringMatching(/^package some-package: 1\.0\.0 [0-9a-f]{64} -> 1\.0\.0 [0-9a-f]{64}$/),
  ])
  expect(it.read('three.txt')).toBe('B27')
})

test('without a lockfile the installed version counts', async () => {
  const it = cells()
  it.remove('package-lock.json')
  await it.run()
  it.edit('node_modules/some-package/package.json', '1.0.0', '1.2.0')
  expect(await it.outcomes()).toEqual({ ...NOTHING, three: 'ran' })
})

test('two cells of one text under two names keep apart, and neither is packed again', async () => {
  const text = `import { defineStage } from '${API}'
export default defineStage({ title: 'Says', run: ({ log, stage }) => log('said by ' + stage) })
`
  const it = project({
    'one.ts': text,
    'two.ts': text,
    'pipeline.yaml': pipeline({ one: { run: 'one.ts' }, two: { run: 'two.ts' } }),
  })
  expect(await it.outcomes()).toEqual({ one: 'ran', two: 'ran' })
  for (const name of ['one', 'two'])
    expect(it.read(`.weir/logs/${name}.txt`)).toContain(`said by ${name}`)
  const packed = it.files('.weir/cells')
  expect(packed.length).toBeGreaterThan(0)
  expect(await it.outcomes()).toEqual({ one: 'cached', two: 'cached' })
  expect(it.files('.weir/cells')).toEqual(packed)
})
