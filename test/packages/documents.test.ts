// The pages of the packages: their examples compile, each door is named, and nobody is told to install another `weir`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { emitTypes } from '../../build/types.js'
import { doorsOf, workspaces } from '../../build/workspaces.js'

const CACHE = join(process.cwd(), 'node_modules', '.cache')
mkdirSync(CACHE, { recursive: true })
/** Below the repository's node_modules, so that examples find the packages. */
const place = mkdtempSync(join(CACHE, 'readme-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const folders = workspaces(process.cwd())

/** The TypeScript of a page. */
function examplesOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
    ([, text = '']) => text,
  )
}

it('each package has an example, and all of them compile', () => {
  for (const folder of folders) {
    const examples = examplesOf(join(folder, 'README.md'))
    expect([folder, examples.length > 0]).toEqual([folder, true])
    for (const [index, text] of examples.entries())
      writeFileSync(join(place, `${basename(folder)}-${index}.ts`), text)
  }
  const settings = {
    extends: join(process.cwd(), 'tsconfig.json'),
    // The types as they are packed: each package has settings of its own for its sources.
    compilerOptions: { incremental: false, tsBuildInfoFile: null, customConditions: [] },
    include: [place],
    references: [],
  }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(settings))
  expect(emitTypes(process.cwd())).toBe(true)
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', place], { encoding: 'utf8' })
  expect(stdout).toBe('')
}, 120_000)

/** The doors that a page's table has in its first column, by their names in `exports`; the package's own is ''. */
function doorsTold(page: string): string[] {
  const [, section = ''] = page.split('\n## Doors\n')
  const cells = section.split('\n').flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? [])
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`(?:@weir\/\w+)?(?:\/([\w-]+))?`/g)].map(([, name = '']) => name),
  )
}

it.each(
  folders,
)('the page of %s fits a page, and names just the doors that are there', (folder) => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8')
  expect(page.split('\n').length).toBeLessThan(70)
  const doors = doorsOf(readFileSync(join(folder, 'package.json'), 'utf8')).map(({ name }) => name)
  expect(doorsTold(page).sort()).toEqual(doors.sort())
})

describe('the name `weir`, which belongs to another project on npm,', () => {
  const pages = [
    'README.md',
    ...folders.map((folder) => join(folder, 'README.md')),
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ]

  it.each(pages)('is installed nowhere in %s, and started by npx only in a project', (path) => {
    const lines = readFileSync(path, 'utf8').split('\n')
    expect(
      lines.filter((line) => /npm (?:i|install|add|exec) (?:-\S+ )*weir\b/.test(line)),
    ).toEqual([])
    expect(
      lines.filter((line) => /npx (?:-\S+ )*weir\b/.test(line) && !/project/.test(line)),
    ).toEqual([])
  })
})

it('what a package says names no file below docs/, which no tarball has', () => {
  const named = folders.flatMap((folder) =>
    readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFileSync(join(folder, 'src', name), 'utf8').split('\n'))
      .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && /(^|[^/])\bdocs\/\w/.test(line)),
  )
  expect(named).toEqual([])
})
