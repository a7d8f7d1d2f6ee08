// Imports of a cell that lead nowhere: refused before anything runs, at their line, with the nearest name that there is.
import { describe, expect, test } from 'vitest'
import { API, type Files, pipeline, projectHere } from './rig.ts'

/** A project of one cell with these lines at its top, which writes what `made` gives. */
function cell(top: string, made = "'x'", files: Files = {}) {
  return projectHere({
    'package.json': JSON.stringify({
      ...{ name: 'shop', type: 'module', dependencies: { 'left-out': '1.0.0' } },
    }),
    'node_modules/zebra/package.json': '{"name": "zebra", "main": "./index.js"}',
    'node_modules/zebra/index.js': 'module.exports = 1',
    'node_modules/@shop/units/package.json': '{"name": "@shop/units", "main": "./index.js"}',
    'stages/shapes.ts': 'export const shapes = 1\n',
    'stages/a.ts': `import { defineStage, text } from '${API}'
${top}
export default defineStage({
  title: 'A',
  outputs: { a: text('a.txt') },
  run: async ({ outputs }) => outputs.a.write(String(${made})),
})
`,
    'pipeline.yaml': pipeline({ a: { run: 'stages/a.ts', outs: ['a.txt'] } }),
    ...files,
  })
}

const PACKAGES: [string, string, string][] = [
  ['nobody-has-it', "'nobody-has-it' is not installed", 'install it: npm i nobody-has-it'],
  ['zebr/sub', "'zebr' is not installed", "did you mean 'zebra'? If not, install it: npm i zebr"],
  [
    '@shop/unit',
    "'@shop/unit' is",
    "did you mean '@shop/units'? If not, install it: npm i @shop/unit",
  ],
  [
    '@weir/runer',
    "'@weir/runer' is",
    "did you mean '@weir/runner'? If not, install it: npm i @weir/runer",
  ],
  ['fss', "'fss' is", "did you mean 'fs'? If not, install it: npm i fss"],
  ['left-out', "'left-out' is", 'package.json has it: npm install'],
  ['shapes.ts', "'shapes.ts' is", "did you mean './shapes.ts'?"],
  [
    '~/shapes.ts',
    "'~' is",
    "no package has such a name: a file is imported by a path that begins with './' or '../'",
  ],
  ['node:fss', 'has no module', "did you mean 'node:fs'?"],
]
const FILES: [string, string][] = [
  ['./shape.ts', "did you mean './shapes.ts'?"],
  ['./shaps', "did you mean './shapes.ts'?"],
  ['../stages/./shapez.ts', "did you mean '../stages/./shapes.ts'?"],
  ['./quite/other.ts', "there is no folder 'stages/quite'"],
  ['./nothing-like-it.ts', 'mend the module; nothing was run'],
]

describe('an import that leads nowhere', () => {
  test.each(PACKAGES)('of a package: %s', async (name, says, hint) => {
    const it = cell(`/* the first */ import '${name}'`)
    const { end, errors } = await it.run()
    expect(end.code).toBe(2)
    expect(errors).toEqual([
      {
        code: 'CODE_BROKEN',
        message: expect.stringContaining(says) as string,
        place: { file: 'stages/a.ts', line: 2, col: 24 },
        hint,
      },
    ])
    expect(end.stderr).toContain(`  2 | /* the first */ import '${name}'`)
    expect(end.stderr).not.toContain('.mjs')
  })

  test.each(FILES)('of a file: %s', async (name, hint) => {
    const { end, errors } = await cell(`import '${name}'`).run()
    expect(end.code).toBe(2)
    const place = { file: 'stages/a.ts', line: 2, col: 8 }
    expect(errors).toMatchObject([{ code: 'CODE_BROKEN', place, hint }])
  })

  test('of a name that a module does not export', async () => {
    const lib = { 'stages/lib.js': 'export const total = 1\n' }
    const files = { ...lib, 'stages/use.js': "export { totl as it } from './lib.js'\n" }
    const { errors } = await cell("import { it } from './use.js'", 'it', files).run()
    expect(errors).toMatchObject([
      {
        place: { file: 'stages/use.js', line: 1 },
        hint: "did you mean to import 'total' instead?",
      },
    ])
  })

  test('in a helper: the line of the helper', async () => {
    const helper = "const a = 1\nimport gone from 'gone'\nexport const use = () => gone(a)\n"
    const files = { 'stages/helper.ts': helper }
    const { errors } = await cell("import { use } from './helper.ts'", 'use()', files).run()
    expect(errors).toMatchObject([{ place: { file: 'stages/helper.ts', line: 2, col: 18 } }])
  })

  test('is fine once the package is installed, and until then where nothing of it is kept', async () => {
    const it = cell("import type { Gone } from 'gone'\nexport const type = (gone: Gone) => gone")
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    it.edit('stages/a.ts', 'import type', "import 'late'\nimport type")
    expect((await it.run()).end.code).toBe(2)
    it.write({
      'node_modules/late/package.json':
        '{"name": "late", "version": "1.0.0", "main": "./index.js"}',
      'node_modules/late/index.js': '',
    })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })

  test('may be tried by import()', async () => {
    const tried = "await import('gone').catch(() => import('node:gone')).catch(() => 'none')"
    const it = cell('', `(${tried})`)
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    expect(it.read('a.txt')).toBe('none')
  })
})
