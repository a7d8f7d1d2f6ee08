// The rules between packages, rooms and files: this tree keeps them, and what breaks one is found, at its place.
import { describe, expect, it } from 'vitest'
import { check, type Violation, violationText } from '../../build/layers/check.ts'
import { LIMITS, type Limit, PACKAGES, ROOMS } from '../../build/layers/rules.ts'
import { readSource, type Source } from '../../build/layers/source.ts'
import { readFiles } from '../../build/layers/tree.ts'

const files = readFiles(process.cwd())

/** Reads each text once: a planted tree differs from this one by a file or two. */
const known = new Map<string, Source>()
function readOnce(path: string, text: string): Source {
  const key = `${path}\n${text}`
  const source = known.get(key) ?? readSource(path, text)
  known.set(key, source)
  return source
}

const before = check(files, readOnce).map(violationText)

/** What is found in this tree with some files more or other ones. */
function planted(changes: Readonly<Record<string, string>>): Violation[] {
  return check(new Map([...files, ...Object.entries(changes)]), readOnce).filter(
    (violation) => !before.includes(violationText(violation)),
  )
}

function found(changes: Readonly<Record<string, string>>): string[] {
  return planted(changes).map(({ rule, file, line }) => `${rule} ${file}:${line}`)
}

const RUNNER = 'packages/runner/src'

it('this tree keeps the rules', () => {
  expect(before).toEqual([])
}, 60_000)

it('a violation names its place, its rule, and what to do', () => {
  const text = "\nimport '../plan/graph.ts'\n"
  const violation = planted({ [`${RUNNER}/report/x.ts`]: text }).find(({ rule }) => rule === 'room')
  expect(violation && violationText(violation)).toBe(
    `${RUNNER}/report/x.ts:2: [room] report does not know plan; rooms in order: report, terminal, config, store, execute, plan, session, commands, door; move what is shared down, or pass it as an argument`,
  )
})

describe('packages', () => {
  it('import those that they know, of which types too', () => {
    expect(found({ 'packages/base/src/x.ts': "import '@weir/formats/dataset'\n" })).toEqual([
      'package packages/base/src/x.ts:1',
    ])
    const typed = "import type { Dataset } from '@weir/formats/dataset'\n"
    expect(found({ 'packages/base/src/x.ts': typed })).toEqual(['package packages/base/src/x.ts:1'])
    const inner = "export type X = import('@weir/formats/dataset').Dataset\n"
    expect(found({ 'packages/base/src/x.ts': inner })).toEqual(['package packages/base/src/x.ts:1'])
    expect(found({ 'packages/ml/src/x.ts': typed })).toEqual([])
  })

  it('know some by one door only', () => {
    const at = (door: string) => found({ 'packages/registry/src/x.ts': `import '${door}'\n` })
    expect(at('@weir/runner/plugin')).toEqual([])
    expect(at('@weir/runner')).toEqual(['package packages/registry/src/x.ts:1'])
  })

  it('know some by the first door only', () => {
    const at = (door: string) => found({ 'packages/ml/src/x.ts': `import '${door}'\n` })
    expect(at('@weir/base')).toEqual([])
    for (const door of ['forms', 'files', 'process', 'mutex'])
      expect(at(`@weir/base/${door}`)).toEqual(['package packages/ml/src/x.ts:1'])
  })

  it('have a rule each', () => {
    const manifest = JSON.stringify({ name: '@weir/new', exports: {} })
    expect(found({ 'packages/new/package.json': manifest })).toEqual([
      'package packages/new/package.json:1',
    ])
  })

  it('do not know each other in a circle', () => {
    const visit = (name: string, way: readonly string[]): void => {
      expect(way).not.toContain(name)
      for (const entry of PACKAGES[name] ?? []) visit(entry.split('/')[0] as string, [...way, name])
    }
    for (const name of Object.keys(PACKAGES)) visit(name, [])
  })

  it('depend on what their own package.json declares', () => {
    expect(found({ 'packages/base/src/x.ts': "import 'fastify'\n" })).toEqual([
      'dependency packages/base/src/x.ts:1',
    ])
    expect(found({ 'packages/runner/src/plan/x.ts': "import 'esbuild'\n" })).toEqual([])
    expect(found({ 'packages/base/test/x.ts': "import 'fastify'\n" })).toEqual([])
  })
})

describe('doors', () => {
  it.each([
    ['packages/registry/src/x.ts', '../../runner/src/plan/graph.ts'],
    ['packages/registry/test/x.ts', '../../runner/src/plan/graph.ts'],
    ['packages/registry/src/x.ts', '../../runner/test/project-folder.ts'],
    ['stages/x.ts', '../packages/runner/src/plan/graph.ts'],
    ['test/x.ts', '../packages/runner/src/plan/graph.ts'],
    ['serve/src/x.ts', '../../packages/base/src/values/digest.ts'],
  ])('are the only way from %s to %s', (file, path) => {
    expect(found({ [file]: `import '${path}'\n` })).toEqual([`door ${file}:1`])
  })

  it('let tests take their own source, and helpers of other tests', () => {
    expect(found({ 'packages/base/test/x.ts': "import '../src/values/digest.ts'\n" })).toEqual([])
    const helper = "import '../../runner/test/project-folder.ts'\n"
    expect(found({ 'packages/base/test/x.ts': helper })).toEqual([])
  })

  it('are those of exports, and for others', () => {
    const at = (text: string) => found({ 'packages/registry/src/x.ts': text })
    expect(at("await import('@weir/base/nowhere')\n")).toEqual([
      'door packages/registry/src/x.ts:1',
    ])
    expect(at("export * from '@weir/base/nowhere'\n")).toEqual([
      'door packages/registry/src/x.ts:1',
    ])
    expect(at("import '@weir/registry/error'\n")).toEqual(['door packages/registry/src/x.ts:1'])
  })
})

describe('rooms', () => {
  const order = ROOMS[RUNNER] as readonly string[]

  it.each(
    order.slice(1).map((room, index) => [order[index] as string, room]),
  )('%s does not know %s', (lower, upper) => {
    const changes = {
      [`${RUNNER}/${lower}/planted.ts`]: `import type { X } from '../${upper}/planted.ts'\n`,
      [`${RUNNER}/${upper}/planted.ts`]: 'export type X = 1\n',
    }
    expect(found(changes)).toContain(`room ${RUNNER}/${lower}/planted.ts:1`)
    const back = {
      [`${RUNNER}/${upper}/planted.ts`]: `import type { X } from '../${lower}/planted.ts'\n`,
      [`${RUNNER}/${lower}/planted.ts`]: 'export type X = 1\n',
    }
    expect(found(back)).toEqual([])
  })

  it('are those of the list', () => {
    const changes = { [`${RUNNER}/attic/x.ts`]: "import '../plan/graph.ts'\n" }
    expect(found(changes)).toEqual([`room ${RUNNER}/attic/x.ts:1`])
  })
})

describe('circles', () => {
  it('of files are found, also by types', () => {
    const changes = {
      'packages/models/src/a.ts': "import './b.ts'\nexport type A = 1\n",
      'packages/models/src/b.ts': "import './c.ts'\n",
      'packages/models/src/c.ts': "import type { A } from './a.ts'\nexport type C = A\n",
    }
    const [circle, ...others] = planted(changes)
    expect(others).toEqual([])
    expect(circle?.rule).toBe('circle')
    expect(circle?.message).toMatch(
      /a\.ts:1 -> .*b\.ts, .*b\.ts:1 -> .*c\.ts, .*c\.ts:1 -> .*a\.ts$/,
    )
  })

  it('of folders are found where no file is in one', () => {
    const changes = {
      'packages/models/src/one/a.ts': "import '../two/a.ts'\n",
      'packages/models/src/one/b.ts': '',
      'packages/models/src/two/a.ts': '',
      'packages/models/src/two/b.ts': "import '../one/b.ts'\n",
    }
    expect(found(changes)).toEqual(['circle packages/models/src/one/a.ts:1'])
  })

  it('of a folder and a file beside it are found', () => {
    const changes = {
      'packages/models/src/top.ts': "import './one/a.ts'\n",
      'packages/models/src/one/a.ts': '',
      'packages/models/src/one/b.ts': "import '../top.ts'\n",
    }
    expect(found(changes)).toEqual(['circle packages/models/src/top.ts:1'])
  })
})

describe('limits', () => {
  const [PURE, WRITES, STARTS, SURROUNDINGS, CHANCE] = [
    'is pure: no I/O, no clock, no chance',
    'writes no file',
    'starts no process',
    'does not look at the environment or the arguments of its process',
    'has no chance',
  ] as const
  const HELD: Readonly<Record<string, readonly string[]>> = {
    'packages/base/src/values': [PURE, CHANCE],
    'packages/base/src/forms': [PURE, CHANCE],
    'packages/base/src/process': [CHANCE],
    'packages/base/src/files': [CHANCE],
    'packages/base/src/mutex': [CHANCE],
    'packages/formats/src': [PURE],
    'packages/ml/src': [PURE],
    'packages/models/src': [CHANCE],
    'packages/monitor/src': [CHANCE],
    'packages/registry/src': [CHANCE],
    'packages/tables/src': [CHANCE],
    'serve/src': [],
    [`${RUNNER}/report`]: [WRITES, STARTS, SURROUNDINGS, CHANCE],
    [`${RUNNER}/terminal`]: [WRITES, STARTS, CHANCE],
    [`${RUNNER}/config`]: [WRITES, STARTS, SURROUNDINGS, CHANCE],
    [`${RUNNER}/store`]: [STARTS, SURROUNDINGS, CHANCE],
    [`${RUNNER}/execute`]: [CHANCE],
    [`${RUNNER}/plan`]: [WRITES, STARTS, SURROUNDINGS, CHANCE],
    [`${RUNNER}/session`]: [STARTS, CHANCE],
    [`${RUNNER}/commands`]: [CHANCE],
    [`${RUNNER}/door`]: [STARTS, CHANCE],
  }
  const USES: Readonly<Record<string, string>> = {
    'Date.now': 'Date.now()',
    'new Date()': 'new Date()',
    'Math.random': 'Math.random()',
  }

  /** A line for each thing that a limit denies. */
  function breaches({ globals = [], modules = [], names = {} }: Limit): string[] {
    return [
      ...globals.map((name) => `globalThis.x = ${USES[name] ?? name}`),
      ...modules.map((module) => `import '${module.replace('*', 'fs')}'`),
      ...Object.entries(names).flatMap(([module, denied]) =>
        denied.map((name, index) => `import { ${name} as x${index} } from '${module}'`),
      ),
    ]
  }

  it('are those of the table for each package and room', () => {
    const packages = Object.keys(PACKAGES).map((name) =>
      name === 'serve' ? 'serve/src' : `packages/${name}/src`,
    )
    const rooms = Object.entries(ROOMS).flatMap(([folder, order]) =>
      order.map((room) => `${folder}/${room}`),
    )
    const folders = [...packages, ...rooms].filter((folder) => !(folder in ROOMS))
    expect(folders.sort()).toEqual(Object.keys(HELD).sort())
    expect([...new Set(LIMITS.map(({ says }) => says))].sort()).toEqual(
      [...new Set(Object.values(HELD).flat())].sort(),
    )
  })

  it.each(Object.entries(HELD))('%s is held to all of its own, and to no other', (folder, held) => {
    const file = `${folder}/planted.ts`
    const lines = LIMITS.flatMap((limit) => breaches(limit).map((text) => ({ limit, text })))
    const seen = planted({ [file]: lines.map(({ text }) => `${text}\n`).join('') }).filter(
      (violation) => violation.rule === 'limit' && violation.file === file,
    )
    const isSeen = (says: string, line: number) =>
      seen.some((one) => one.line === line && one.message.endsWith(`: this room ${says}`))
    const missed = lines.filter(
      ({ limit }, index) => isSeen(limit.says, index + 1) !== held.includes(limit.says),
    )
    expect(missed.map(({ limit, text }) => `${limit.says}: ${text}`)).toEqual([])
  })

  it('name folders and files that are there', () => {
    const paths = [...files.keys()]
    const named = LIMITS.flatMap(({ rooms, except = [] }) => [
      ...rooms.filter((room) => !paths.some((path) => path.startsWith(`${room}/`))),
      ...except.filter((path) => !files.has(path)),
    ])
    expect(named).toEqual([])
    const folders = Object.entries(ROOMS).flatMap(([folder, order]) =>
      order.map((room) => `${folder}/${room}/`),
    )
    expect(folders.filter((room) => !paths.some((path) => path.startsWith(room)))).toEqual([])
  })

  it('let what is excepted go', () => {
    for (const { except = [], rooms } of LIMITS)
      for (const path of except) {
        expect(rooms.some((room) => path.startsWith(`${room}/`))).toBe(true)
        const text = "import { readFileSync } from 'node:fs'\nexport default readFileSync\n"
        expect(planted({ [path]: text }).filter(({ rule }) => rule === 'limit')).toEqual([])
      }
  })

  it.each([
    'const { random } = Math\nexport default random',
    "export default Math['random']",
    'export default globalThis.Math.random',
    'export default { value: Math.random }',
  ])('chance is seen in %j', (text) => {
    expect(found({ 'packages/ml/src/planted.ts': text })).toHaveLength(1)
  })

  it.each([
    'export default new Date(0)',
    'export default (random: () => number) => random()',
    'export default (process: { env: string }) => process.env',
    'export default (job: { process: string }) => job.process',
    'export type X = typeof fetch',
    'export type X = ReturnType<typeof Math.random>',
    '// Math.random\nexport default "Math.random()"',
  ])('nothing is seen in %j', (text) => {
    expect(found({ 'packages/ml/src/planted.ts': text })).toEqual([])
  })

  it('modules of Node are not for what is pure, however they are written', () => {
    for (const module of ['node:fs', 'fs', 'node:crypto'])
      expect(found({ 'packages/ml/src/planted.ts': `import '${module}'\n` })).toContain(
        'limit packages/ml/src/planted.ts:1',
      )
  })

  const [report, store] = [`${RUNNER}/report/planted.ts`, `${RUNNER}/store/planted.ts`]

  it.each([
    "import { writeFileSync } from 'node:fs'",
    "import { rmSync as remove } from 'node:fs'",
    "import * as fs from 'node:fs'",
    "import fs from 'fs'",
    "export { mkdir } from 'node:fs/promises'",
    "await import('node:fs')",
    "import { replaceFile } from '@weir/base/files'",
    "import { takeMutex } from '@weir/base/mutex'",
  ])('writing is for store, not for report: %s', (text) => {
    expect(found({ [report]: text })).toEqual([`limit ${report}:1`])
    expect(found({ [store]: text })).toEqual([])
  })

  it('the values of base may hash, and neither read files nor draw names', () => {
    const at = 'packages/base/src/values/planted.ts'
    expect(found({ [at]: "import { hash } from 'node:crypto'\n" })).toEqual([])
    expect(found({ [at]: "import { randomUUID } from 'node:crypto'\n" })).toEqual([`limit ${at}:1`])
    expect(found({ [at]: "import { readFileSync } from 'node:fs'\n" })).toEqual([`limit ${at}:1`])
    const reads = "import { readText } from '../files/read-text.ts'\n"
    expect(found({ [at]: reads })).toContain(`room ${at}:1`)
  })

  it('reading is for all of the runner', () => {
    for (const text of [
      "import { readFileSync } from 'node:fs'\n",
      "import { readText } from '@weir/base/files'\n",
    ])
      expect(found({ [report]: text })).toEqual([])
  })

  it('processes are started by execute, not by plan', () => {
    const text = "import { spawn } from 'node:child_process'\n"
    expect(found({ [`${RUNNER}/plan/planted.ts`]: text })).toEqual([
      `limit ${RUNNER}/plan/planted.ts:1`,
    ])
    expect(found({ [`${RUNNER}/execute/planted.ts`]: text })).toEqual([])
    const git = "import { gitState } from '@weir/base/process'\n"
    expect(found({ [`${RUNNER}/session/planted.ts`]: git })).toEqual([
      `limit ${RUNNER}/session/planted.ts:1`,
    ])
  })
})
