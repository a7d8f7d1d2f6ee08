// A checkout as npm installs it: without what is for development, and without scripts of packages.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { doorsOf, workspaces } from '../../../../build/workspaces.js'
import { emptyFolder, npm, REPO } from './consumer.ts'

vi.setConfig({ testTimeout: 300_000 })

const TRACKED = [
  ...['build', 'packages', 'serve', 'stages', 'data/streamflow.yaml'],
  'data/accepted.yaml',
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
]
/** Of a folder of sources, what git does not have. */
const MADE = ['dist', 'node_modules', 'LICENSE']

const clone = emptyFolder()
for (const name of TRACKED)
  cpSync(join(REPO, name), join(clone, name), {
    recursive: true,
    filter: (path) => !MADE.includes(basename(path)),
  })
cpSync(join(REPO, 'test', 'shipped'), clone, { recursive: true })
afterAll(() => rmSync(clone, { recursive: true, force: true }))

function install(...options: string[]): void {
  npm(clone, ['ci', '--no-audit', '--no-fund', '--prefer-offline', ...options])
}

/** Of all packages, the doors that are not there. */
function missingDoors(): string[] {
  return workspaces(clone).flatMap((folder) =>
    doorsOf(readFileSync(join(clone, folder, 'package.json'), 'utf8'))
      .map(({ out }) => `${folder}/dist/${out}.js`)
      .filter((path) => !existsSync(join(clone, path))),
  )
}

function status(): string[] {
  const weir = join(clone, 'node_modules', '.bin', 'weir')
  const text = execFileSync(weir, ['status', '--json'], { cwd: clone, encoding: 'utf8' })
  const { stages } = JSON.parse(text) as { stages: { name: string }[] }
  return stages.map(({ name }) => name)
}

it('is made by `npm ci --omit=dev`, without TypeScript and without types', () => {
  install('--omit=dev')
  expect(existsSync(join(clone, 'node_modules', 'typescript'))).toBe(false)
  expect(missingDoors()).toEqual([])
  expect(status()).toContain('train')
})

it('is made by the first start after `npm ci --ignore-scripts`', () => {
  for (const folder of workspaces(clone)) rmSync(join(clone, folder, 'dist'), { recursive: true })
  install('--ignore-scripts')
  expect(missingDoors()).not.toEqual([])
  expect(status()).toContain('train')
  expect(missingDoors()).toEqual([])
})
