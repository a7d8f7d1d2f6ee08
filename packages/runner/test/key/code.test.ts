// Semantic code on a small project: what an edit changes, which module is named, and that nothing is packed twice.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { type CellOutcome, type CodeReader, createCodeReader } from '../../src/plan/code.ts'
import type { CellCode } from '../../src/plan/code-memo.ts'
import { leadingComment } from '../../src/plan/pack-cell.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher, type FileHasher } from '../../src/store/hash-files.ts'
import type { Memo } from '../../src/store/memo.ts'
import { folderWith, write } from '../project-folder.ts'
import { fileThread } from '../store/file-thread.ts'

/** Below node_modules, so that cells find the packages of this project. */
const PLACE = resolve('node_modules/.cache/weir-code-test')

interface Rig {
  readonly root: string
  /** Reads a cell as a new process would. */
  read(file: string): Promise<CellOutcome>
  cell(file: string): Promise<CellCode>
  /** Replaces a part of a file, which must be there. */
  edit(file: string, old: string, now: string): void
  /** How often what was learnt was written. */
  readonly made: () => number
  reader(): CodeReader
  /** Its files as they are now. */
  files(): Record<string, string>
  readonly store: Memo
  /** What is remembered, as text. */
  memo(): string
}

function rig(files: Record<string, string>): Rig {
  mkdirSync(PLACE, { recursive: true })
  const root = realpathSync(mkdtempSync(join(PLACE, 'p-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  write(root, { 'package.json': '{"type":"module"}', ...files })
  const values = new Map<string, string>()
  let made = 0
  const memo: Memo = {
    read: <T>(name: string) => {
      const text = values.get(name)
      return text === undefined ? undefined : (JSON.parse(text) as T)
    },
    write(name, value) {
      if (name === 'cells') made++
      values.set(name, JSON.stringify(value))
    },
  }
  const work = createFileWork(fileThread())
  const read = async (file: string) => {
    const reader = createCodeReader(layoutOf(root), memo, createFileHasher(memo, work))
    const outcome = await reader.read(file)
    reader.save()
    return outcome
  }
  return {
    root,
    read,
    reader: () => createCodeReader(layoutOf(root), memo, createFileHasher(memo, work)),
    memo: () => values.get('cells') ?? '',
    store: memo,
    files: () => {
      const found = readdirSync(root, { recursive: true, withFileTypes: true })
      const paths = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
      const own = paths
        .map((path) => relative(root, path))
        .filter((path) => !path.startsWith('.weir'))
      return Object.fromEntries(own.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
    },
    made: () => made,
    async cell(file) {
      const outcome = await read(file)
      if (!outcome.ok) throw new Error(outcome.problem.message)
      return outcome.cell
    },
    edit(file, old, now) {
      const text = readFileSync(join(root, file), 'utf8')
      expect(text).toContain(old)
      writeFileSync(
        join(root, file),
        text.replace(old, () => now),
      )
    },
  }
}

describe('where an import leads', () => {
  const cell = (from: string): string =>
    `import { v } from '${from}'\nexport default { title: 'a', run() { return v } }\n`

  it('sees a module that comes before the one that was packed', async () => {
    const it = rig({ 'a.ts': cell('./h'), 'h/index.ts': "export const v = 'folder'\n" })
    const before = (await it.cell('a.ts')).code
    write(it.root, { 'h.ts': "export const v = 'file'\n" })
    expect((await it.cell('a.ts')).code).not.toBe(before)
  })

  it('sees that a link leads to another module, also to one of the same text', async () => {
    const text = "export { v } from './value.ts'\n"
    const it = rig({
      'a.ts': cell('./h/index.ts'),
      'one/index.ts': text,
      'one/value.ts': "export const v = 'one'\n",
      'two/index.ts': text,
      'two/value.ts': "export const v = 'two'\n",
    })
    symlinkSync('one', join(it.root, 'h'))
    const before = (await it.cell('a.ts')).code
    rmSync(join(it.root, 'h'))
    symlinkSync('two', join(it.root, 'h'))
    expect((await it.cell('a.ts')).code).not.toBe(before)
  })
})

/** a uses `used` of h.ts and the constant of k.ts; b uses `other` of h.ts; each has a local function. */
const CELLS = {
  'a.ts': `/** What a does. */
import { used } from './h.ts'
import { LIMIT } from './k.ts'
function local(x: number): number {
  return x + LIMIT
}
export default { title: 'a', run() { return used(local(1)) } }
`,
  'b.ts': `import { writeFileSync } from 'node:fs'
import { other } from './h.ts'
import { join } from 'node:path'
const local = (x: number) => x * 2
export default { title: 'b', run() { return [other(local(1)), writeFileSync, join] } }
`,
  'h.ts': `export function used(x: number): number {
  return helper(x) + 1
}
function helper(x: number): number {
  return x - 1
}
export function other(x: number): number {
  return x
}
`,
  'k.ts': `export const LIMIT = 3
export const SPARE = 4
`,
}

const both = async (it: Rig) => [await it.cell('a.ts'), await it.cell('b.ts')]

/** The modules whose parts differ. */
function moved(before: CellCode, after: CellCode): string[] {
  const names = new Set([...Object.keys(before.modules), ...Object.keys(after.modules)])
  return [...names].filter((name) => before.modules[name] !== after.modules[name]).sort()
}

describe('an edit that means nothing', () => {
  it.each([
    ['a comment', 'h.ts', 'return helper(x) + 1', '// why\n  return helper(x) + 1 /* so */'],
    [
      'a legal comment',
      'h.ts',
      'export function used',
      '/*! (c) */\n// @license MIT\nexport function used',
    ],
    ['white space', 'h.ts', 'return helper(x) + 1', 'return   helper( x )\n    + 1;'],
    [
      'a type',
      'h.ts',
      'export function other(x: number): number',
      'type N = number\nexport function other<T extends N>(x: T): T',
    ],
    [
      'an unused function',
      'h.ts',
      'function helper',
      'export function unused() { return helper(5) }\nfunction helper',
    ],
    [
      'an unused function with the name of one elsewhere',
      'h.ts',
      'function helper',
      "function local() { return 'x' }\nfunction LIMIT() {}\nfunction helper",
    ],
    [
      'an unused function of many odd letters',
      'h.ts',
      'function helper',
      `function \u00e9\u00df\u4f60$_Ω(${'äöü'.split('').join(', ')}) { return [${'qzjxkvbw'
        .split('')
        .map((c) => `'${c.repeat(40)}'`)
        .join(', ')}] }\nfunction helper`,
    ],
    ['an unused constant', 'k.ts', 'SPARE = 4', 'SPARE = [5, 6]'],
    [
      'an unused import',
      'a.ts',
      'import { LIMIT }',
      "import type { X } from './types.ts'\nimport { LIMIT }",
    ],
    [
      'the order of unused things',
      'k.ts',
      'export const LIMIT = 3\nexport const SPARE = 4',
      'export const SPARE = 4\nexport const LIMIT = 3',
    ],
  ])('%s moves no digest', async (_, file, old, now) => {
    const it = rig({ ...CELLS, 'types.ts': 'export type X = 1\n' })
    const before = await both(it)
    it.edit(file, old, now)
    const after = await both(it)
    expect(after.map((cell) => cell.code)).toEqual(before.map((cell) => cell.code))
    expect(after.flatMap((cell, index) => moved(before[index] as CellCode, cell))).toEqual([])
  })
})

describe('an edit that means something', () => {
  it.each([
    ['a used function', 'h.ts', 'return helper(x) + 1', 'return helper(x) + 2', ['a.ts'], 'h.ts'],
    ['a helper of a used function', 'h.ts', 'return x - 1', 'return x - 2', ['a.ts'], 'h.ts'],
    ['the other function', 'h.ts', 'return x\n', 'return -x\n', ['b.ts'], 'h.ts'],
    ['a constant', 'k.ts', 'LIMIT = 3', 'LIMIT = 4', ['a.ts'], 'k.ts'],
    ['the cell itself', 'b.ts', 'x * 2', 'x * 3', ['b.ts'], 'b.ts'],
    [
      'a text in the cell that looks like the name of a module',
      'b.ts',
      "title: 'b'",
      'title: `\n// other.ts\nb`',
      ['b.ts'],
      'b.ts',
    ],
  ])('%s moves exactly its users, and names the module', async (_, file, old, now, users, module) => {
    const it = rig(CELLS)
    const before = await both(it)
    it.edit(file, old, now)
    const after = await both(it)
    const changed = ['a.ts', 'b.ts'].filter(
      (_, index) => before[index]?.code !== after[index]?.code,
    )
    expect(changed).toEqual(users)
    const index = users[0] === 'a.ts' ? 0 : 1
    expect(moved(before[index] as CellCode, after[index] as CellCode)).toEqual([module])
  })

  it('a module that is imported for what it does when it is loaded counts', async () => {
    const it = rig({
      ...CELLS,
      'b.ts': `import './effect.ts'\n${CELLS['b.ts']}`,
      'effect.ts': 'globalThis.weirEffect = 1\n',
    })
    const before = await it.cell('b.ts')
    it.edit('effect.ts', '= 1', '= 2')
    const after = await it.cell('b.ts')
    expect(after.code).not.toBe(before.code)
    expect(moved(before, after)).toEqual(['effect.ts'])
  })
})

describe('work', () => {
  it('is done once for a state of the sources', async () => {
    const it = rig(CELLS)
    const first = await both(it)
    expect(it.made()).toBe(2)
    expect(await both(it)).toEqual(first)
    expect(it.made()).toBe(2)
    it.edit('h.ts', 'return x\n', '// a comment\n  return x\n')
    await both(it)
    expect(it.made()).toBe(4)
    await both(it)
    expect(it.made()).toBe(4)
  })

  it('is done again where the packed code is gone or changed, or the settings are', async () => {
    const it = rig(CELLS)
    const { packed } = await it.cell('a.ts')
    rmSync(join(it.root, packed))
    expect((await it.cell('a.ts')).packed).toBe(packed)
    expect(existsSync(join(it.root, packed))).toBe(true)
    writeFileSync(join(it.root, packed), 'process.exit(0)')
    await it.cell('a.ts')
    expect(readFileSync(join(it.root, packed), 'utf8')).toContain('helper')
    write(it.root, { 'tsconfig.json': '{}' })
    await it.cell('a.ts')
    expect(it.made()).toBe(4)
  })

  it('is kept in one write, however many cells were read', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`c${i}.ts`, `export default ${i}\n`]),
    )
    const it = rig(files)
    const reader = it.reader()
    for (const file of Object.keys(files)) await reader.read(file)
    expect(it.made()).toBe(0)
    reader.save()
    reader.save()
    expect(it.made()).toBe(1)
    const later = it.reader()
    for (const file of Object.keys(files)) expect((await later.read(file)).ok).toBe(true)
    later.save()
    expect(it.made()).toBe(1)
  })

  it('is remembered with what the cells share once', async () => {
    const helpers = Array.from({ length: 14 }, (_, i) => `h${i}`)
    const cell = (n: number): string =>
      `${helpers.map((name) => `import { ${name} } from './${name}.ts'`).join('\n')}
export default [${helpers.join(', ')}, ${n}]\n`
    const files = Object.fromEntries([
      ...helpers.map((name) => [`${name}.ts`, `export const ${name} = () => '${name}'\n`]),
      ...Array.from({ length: 30 }, (_, i) => [`c${i}.ts`, cell(i)]),
    ])
    const it = rig(files)
    const reader = it.reader()
    for (let i = 0; i < 30; i++) await reader.read(`c${i}.ts`)
    reader.save()
    for (const name of helpers) expect(it.memo().split(`"${name}.ts"`)).toHaveLength(3)
    const later = it.reader()
    for (let i = 0; i < 30; i++)
      expect(await later.read(`c${i}.ts`)).toEqual(await reader.read(`c${i}.ts`))
  })

  it('is done for a cell with the name of a member of JavaScript’s maps', async () => {
    const it = rig({ constructor: 'export default 1\n', ...CELLS })
    expect((await it.read('constructor')).ok).toBe(true)
    expect((await it.read('toString')).ok).toBe(false)
  })
})

describe('packages', () => {
  const files = {
    'a.ts':
      "import { x } from '@scope/one/inner'\nimport two from 'two'\nimport { join } from 'node:path'\nimport fs from 'fs'\nexport default { run: () => [x, two, join, fs] }\n",
    'node_modules/@scope/one/package.json': '{"name":"@scope/one","version":"9.9.9"}',
    'node_modules/two/package.json': '{"name":"two","version":"2.0.0"}',
    'package-lock.json': JSON.stringify({
      packages: { 'node_modules/@scope/one': { version: '1.2.3' } },
    }),
  }

  it('are those that it imports, as locked, else as installed; never Node’s own', async () => {
    const it = rig(files)
    expect((await it.cell('a.ts')).packages).toEqual({ '@scope/one': '1.2.3', two: '2.0.0' })
    write(it.root, { 'node_modules/two/package.json': '{"name":"two","version":"2.1.0"}' })
    expect((await it.cell('a.ts')).packages).toMatchObject({ two: '2.1.0' })
  })

  it('of a git repository are known by their commit', async () => {
    const it = rig(files)
    const locked = (commit: string) => ({
      'package-lock.json': JSON.stringify({
        packages: {
          'node_modules/two': { version: '2.0.0', resolved: `git+ssh://h/two#${commit}` },
        },
      }),
    })
    write(it.root, locked('abc'))
    expect((await it.cell('a.ts')).packages).toMatchObject({ two: '2.0.0 git+ssh://h/two#abc' })
    write(it.root, locked('def'))
    expect((await it.cell('a.ts')).packages).toMatchObject({ two: '2.0.0 git+ssh://h/two#def' })
  })

  it('that link elsewhere are known by their files, without the packages that they have', async () => {
    const it = rig({ 'a.ts': "import x from 'lib'\nexport default { run: () => x }\n" })
    const lib = folderWith({
      'package.json': '{"name":"lib","version":"1.0.0","type":"module","exports":"./src/x.js"}',
      'src/x.js': 'export default 1\n',
    })
    mkdirSync(join(it.root, 'node_modules'))
    symlinkSync(lib, join(it.root, 'node_modules/lib'))
    const stateNow = async () => (await it.cell('a.ts')).packages.lib
    const first = await stateNow()
    expect(first).toMatch(/^1\.0\.0 [0-9a-f]{64}$/)
    write(lib, { 'node_modules/dep/index.js': '', '.git/HEAD': '' })
    expect(await stateNow()).toBe(first)
    write(lib, { 'src/x.js': 'export default 2\n' })
    const second = await stateNow()
    write(lib, { 'more.js': '' })
    expect(new Set([first, second, await stateNow()]).size).toBe(3)
    rmSync(join(lib, 'more.js'))
    write(lib, { 'src/x.js': 'export default 1\n' })
    expect(await stateNow()).toBe(first)
  })

  it('that are not there are said so, and packing goes on', async () => {
    const it = rig({ 'a.ts': "import x from 'no-such-package'\nexport default { run: () => x }\n" })
    expect((await it.cell('a.ts')).packages).toEqual({ 'no-such-package': 'not installed' })
  })
})

describe('a file that is edited while a cell is packed', () => {
  const version = (v: string) =>
    JSON.stringify({ packages: { 'node_modules/dep': { version: v } } })
  const imports = (to: string) => `{"name":"lib","imports":{"#v":"./${to}.ts"}}`

  it.each([
    ['package-lock.json', 'before', version],
    ['package-lock.json', 'after', version],
    ['lib/package.json', 'before', imports],
    ['lib/package.json', 'after', imports],
  ] as const)('is seen at the latest by the next command: %s, %s it is hashed', async (path, when, of) => {
    const it = rig({
      'a.ts':
        "import { v } from './lib/h.ts'\nimport d from 'dep'\nexport default { run: () => [v, d] }\n",
      'lib/h.ts': "export { v } from '#v'\n",
      'lib/one.ts': "export const v = 'first'\n",
      'lib/two.ts': "export const v = 'second'\n",
      'lib/package.json': imports('one'),
      'package-lock.json': version('one'),
    })
    const hasher = createFileHasher(it.store, createFileWork(fileThread()))
    const edit = () => write(it.root, { [path]: of('two') })
    let edited = false
    const editing: FileHasher = {
      ...hasher,
      async content(asked) {
        if (edited || asked !== join(it.root, path)) return hasher.content(asked)
        edited = true
        if (when === 'before') edit()
        const content = await hasher.content(asked)
        if (when === 'after') edit()
        return content
      },
    }
    const reader = createCodeReader(layoutOf(it.root), it.store, editing)
    expect((await reader.read('a.ts')).ok).toBe(true)
    reader.save()
    expect(edited).toBe(true)
    const now = await it.cell('a.ts')
    const { code, packages } = await rig(it.files()).cell('a.ts')
    expect([now.code, now.packages]).toEqual([code, packages])
  })
})

describe('a package that a module has for itself', () => {
  const manifest = (version: string) => `{"name":"dep","version":"${version}","type":"module"}`
  const files = {
    'a.ts': "import { v } from './lib/h.ts'\nexport default { run: () => v }\n",
    'lib/package.json': '{"name":"lib"}',
    'lib/h.ts': "export { v } from 'dep'\n",
    'node_modules/dep/package.json': manifest('1.0.0'),
    'node_modules/dep/index.js': 'export const v = 1\n',
  }
  const nested = {
    'lib/node_modules/dep/package.json': manifest('2.0.0'),
    'lib/node_modules/dep/index.js': 'export const v = 2\n',
  }

  it.each([
    ['another one than the project’s', files, 'node_modules/dep/index.js'],
    [
      'one that the project does not have',
      { ...files, 'node_modules/dep/index.js': '' },
      'nothing',
    ],
  ])('is refused at its import where it is %s', async (_, before, there) => {
    const it = rig({ ...before, ...nested })
    if (there === 'nothing') rmSync(join(it.root, 'node_modules/dep'), { recursive: true })
    expect(await it.read('a.ts')).toEqual({
      ok: false,
      problem: {
        code: 'PACKAGE_NESTED',
        message: `'dep' is lib/node_modules/dep/index.js for this module, and ${there} for the cells of the project`,
        place: { file: 'lib/h.ts', line: 1, col: 19, excerpt: "export { v } from 'dep'" },
        hint: expect.stringContaining("one version of 'dep'"),
      },
    })
  })

  it('is seen when it comes, and when it goes', async () => {
    const it = rig(files)
    expect((await it.cell('a.ts')).packages).toEqual({ dep: '1.0.0' })
    write(it.root, nested)
    expect(await it.read('a.ts')).toMatchObject({ problem: { code: 'PACKAGE_NESTED' } })
    rmSync(join(it.root, 'lib/node_modules'), { recursive: true })
    expect((await it.cell('a.ts')).packages).toEqual({ dep: '1.0.0' })
  })
})

describe('a description', () => {
  it('is kept with the code that it is of: an edit that means nothing keeps it, another loses it', async () => {
    const it = rig(CELLS)
    const described = { title: 'a', params: { type: 'object' }, inputs: {}, outputs: {} }
    const reader = it.reader()
    await reader.read('a.ts')
    expect(reader.description('a.ts')).toBeUndefined()
    reader.describe('a.ts', described)
    reader.save()
    const descriptionNow = async () => {
      const now = it.reader()
      await now.read('a.ts')
      now.save()
      return now.description('a.ts')
    }
    expect(await descriptionNow()).toEqual(described)
    it.edit('a.ts', 'What a does.', 'What it does.')
    expect(await descriptionNow()).toEqual(described)
    it.edit('k.ts', 'LIMIT = 3', 'LIMIT = 4')
    expect(await descriptionNow()).toBeUndefined()
  })

  it('goes with the version of a package', async () => {
    const manifest = (version: string) => ({
      'node_modules/p/package.json': JSON.stringify({ name: 'p', version }),
    })
    const it = rig({ 'a.ts': "import p from 'p'\nexport default p\n", ...manifest('1.0.0') })
    const reader = it.reader()
    await reader.read('a.ts')
    reader.describe('a.ts', { inputs: {}, outputs: {} })
    reader.save()
    write(it.root, manifest('1.1.0'))
    const now = it.reader()
    await now.read('a.ts')
    expect(now.description('a.ts')).toBeUndefined()
  })
})

describe('what is wrong', () => {
  it('a missing import is told at its place, and so is a module that does not parse', async () => {
    const it = rig({ ...CELLS, 'c.ts': "import { x } from './gone.ts'\nexport default x\n" })
    expect(await it.read('c.ts')).toMatchObject({
      ok: false,
      problem: {
        code: 'CODE_BROKEN',
        place: { file: 'c.ts', line: 1, col: 19, excerpt: "import { x } from './gone.ts'" },
      },
    })
    it.edit('h.ts', 'return helper(x) + 1', 'return helper(x +')
    expect(await it.read('a.ts')).toMatchObject({
      ok: false,
      problem: { code: 'CODE_BROKEN', place: { file: 'h.ts', line: 3 } },
    })
    expect((await it.read('gone.ts')).ok).toBe(false)
  })

  it('is not remembered: a mended cell is read', async () => {
    const it = rig({ 'c.ts': 'export default (\n' })
    expect((await it.read('c.ts')).ok).toBe(false)
    it.edit('c.ts', '(', '1')
    expect((await it.read('c.ts')).ok).toBe(true)
  })
})

describe('leadingComment', () => {
  it.each([
    ['/** One line. */\nimport x', 'One line.'],
    ['// about\n/**\n * Two\n *\n *   lines, indented.\n */', 'Two\n\n  lines, indented.'],
    ['import x\n/** not leading */', ''],
    ['/* no doc comment */\n/** second */', ''],
    ['', ''],
    ['\r\n/**\r\n * Windows.\r\n */', 'Windows.'],
  ])('%j', (source, text) => {
    expect(leadingComment(source)).toBe(text)
  })

  it('reaches the cell, and moves no digest', async () => {
    const it = rig(CELLS)
    const before = await it.cell('a.ts')
    expect(before.prose).toBe('What a does.')
    it.edit('a.ts', 'What a does.', 'What a does now.')
    const after = await it.cell('a.ts')
    expect([after.prose, after.code]).toEqual(['What a does now.', before.code])
  })
})
