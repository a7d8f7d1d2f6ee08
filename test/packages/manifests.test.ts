// What packages say of themselves, beside what they do: dependencies, doors, settings of TypeScript, what is packed.
import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CheckedFile, type Package, readFiles, readTree } from '../../build/layers/tree.ts'
import { workspaces } from '../../build/workspaces.js'

/** Dependencies that nothing imports: they keep what another one brings along at a version that works. */
const PINS = {
  '@weir/tables': ['@uwdata/flechette'],
  '@weir/serve': ['light-my-request'],
}
/** What the root has to work with, besides what its files import. */
const TOOLS = ['@biomejs/biome', '@types/autocannon', '@types/node', 'tsx', 'typescript']
/** The folders of the root that are for development. */
const DEVELOPMENT = /^(?:test|bench|build\/layers)\//

/** One version and no range: who installs a package gets what was tested. */
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/

interface Manifest {
  readonly name: string
  readonly license?: string
  readonly description?: string
  readonly files?: readonly string[]
  readonly scripts?: Readonly<Record<string, string>>
  readonly overrides?: unknown
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly weir?: { readonly plugin?: unknown; readonly plugins?: readonly string[] }
}

const tree = readTree(readFiles(process.cwd()))
const packages = workspaces(process.cwd()).map((folder) => ({ folder, ...read(folder) }))
const root = read('')

function read(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function filesOf(name: string): readonly CheckedFile[] {
  return tree.files.filter((file) => file.package.name === name)
}

/** The packages that some files import, but not their own. */
function imported(files: readonly CheckedFile[]): Set<string> {
  const names = files.flatMap((file) =>
    file.source.imports.flatMap((one) => {
      const target = tree.target(file, one)
      if (target.kind === 'other') return [target.name]
      return target.kind === 'door' && target.package !== file.package ? [target.package.name] : []
    }),
  )
  return new Set(names)
}

/** True for a test, or what helps one. */
function isTest({ path }: CheckedFile): boolean {
  return path.includes('/test/')
}

describe.each(packages)('$name', ({ folder, name, ...manifest }) => {
  const source = filesOf(name).filter((file) => !isTest(file))

  it('depends on just what its sources import', () => {
    const pins = Object.entries(PINS).flatMap(([owner, pinned]) => (owner === name ? pinned : []))
    const expected = [...imported(source), ...pins].sort()
    expect(Object.keys(manifest.dependencies).sort()).toEqual(expected)
  })

  it('has no door that nobody uses', () => {
    const { doors } = tree.packages.find((one) => one.name === name) as Package
    const users = tree.files.filter((file) => file.package.name !== name || isTest(file))
    const used = new Set(users.flatMap((file) => file.source.imports.map(({ module }) => module)))
    const plugin = `${name}/plugin`
    if (root.weir?.plugins?.includes(name)) used.add(plugin)
    expect([...doors.keys()].filter((door) => !used.has(door))).toEqual([])
  })

  it('has the references of TypeScript that its dependencies are', () => {
    // Settings may have comments.
    const text = readFileSync(join(folder, 'tsconfig.json'), 'utf8').replace(/^\s*\/\/.*$/gm, '')
    const { references = [] } = JSON.parse(text) as { references?: { path: string }[] }
    const names = references.map(({ path }) => read(normalize(join(folder, path))).name)
    const expected = Object.keys(manifest.dependencies).filter((one) => one.startsWith('@weir/'))
    expect(names.sort()).toEqual(expected.sort())
  })

  it('says what it is, and is packed with what it needs and no more', () => {
    expect(manifest.description).toMatch(/\.$/)
    expect([manifest.license, manifest.scripts?.prepack]).toEqual([
      'MIT',
      `node ${folder === 'serve' ? '..' : '../..'}/build/pack.js`,
    ])
    const bin = name === '@weir/runner' ? ['bin'] : []
    expect(manifest.files).toEqual(['dist', ...bin, '!dist/**/*.map', '!dist/tsconfig.tsbuildinfo'])
  })

  it('pins what it depends on exactly, the packages of this repository at the version that they have', () => {
    for (const [other, version] of Object.entries(manifest.dependencies))
      if (other.startsWith('@weir/')) expect([other, version]).toEqual([other, '0.1.0'])
      else expect([other, version]).toEqual([other, expect.stringMatching(EXACT)])
  })
})

describe('the root', () => {
  const own = filesOf(root.name)
  const shipped = own.filter(({ path }) => !DEVELOPMENT.test(path))

  it('depends on what its stages and its build import', () => {
    const plugins = root.weir?.plugins ?? []
    const expected = new Set([...imported(shipped), ...plugins])
    expect(Object.keys(root.dependencies).sort()).toEqual([...expected].sort())
  })

  it('has for development what only tests, benches and checks import, and tools', () => {
    const inTests = imported([...own, ...tree.files.filter(isTest)])
    const needed = [...inTests].filter((name) => !(name in root.dependencies))
    const ofPackages = new Set(packages.flatMap(({ dependencies }) => Object.keys(dependencies)))
    const expected = [...needed.filter((name) => !ofPackages.has(name)), ...TOOLS]
    expect(Object.keys(root.devDependencies ?? {}).sort()).toEqual(expected.sort())
  })

  it('pins what it depends on exactly', () => {
    const versions = { ...root.dependencies, ...root.devDependencies }
    expect(Object.entries(versions).filter(([, version]) => !EXACT.test(version))).toEqual([])
  })

  it('has no overrides: they would not reach who installs a package', () => {
    expect(root.overrides).toBeUndefined()
  })

  it('is what is prepared; packages are not', () => {
    expect(root.scripts?.prepare).toBe('node build/prepare.js')
    expect(packages.filter(({ scripts }) => scripts?.prepare !== undefined)).toEqual([])
  })
})
