// What `npm pack` takes of a package: what its current build makes, and nothing that earlier ones have left.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { doorsOf } from '../../../../build/workspaces.js'
import { Checkout } from './checkout.ts'

/** The names in the tarball of a package, by npm itself with the package's `prepack`. */
function packed(checkout: Checkout, folder: string): string[] {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: join(checkout.root, folder),
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: checkout.userCache, npm_config_offline: 'true' },
  })
  if (status !== 0) throw new Error(stderr)
  const told: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))
  const [tarball] = Object.values(told as Record<string, { files: { path: string }[] }>)
  return (tarball?.files ?? []).map(({ path }) => path).sort()
}

it('a tarball holds the doors, their parts and types, and nothing of earlier builds', () => {
  const checkout = new Checkout()
  const dist = join(checkout.root, 'packages/base/dist')
  copyFileSync('LICENSE', join(checkout.root, 'LICENSE'))
  const left = ['gone.js', 'gone.js.map', 'parts/old-ABCDEF.js', 'digest.js.123.new', 'gone.d.ts']
  mkdirSync(join(dist, 'parts'), { recursive: true })
  for (const name of left) writeFileSync(join(dist, name), 'export {}\n')

  const names = packed(checkout, 'packages/base')
  const [program = ''] = checkout.programs()
  const made = join(checkout.place, program, 'packages/packages/base')
  const scripts = readdirSync(made, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )
  const inDist = names.filter((name) => name.startsWith('dist/'))
  expect(inDist.filter((name) => !name.endsWith('.d.ts'))).toEqual(
    scripts.map((name) => `dist/${name}`).sort(),
  )
  // Source maps name files that no tarball has.
  expect(names.filter((name) => name.endsWith('.map'))).toEqual([])
  const manifest = readFileSync(join(checkout.root, 'packages/base/package.json'), 'utf8')
  for (const { out } of doorsOf(manifest))
    expect(names).toEqual(expect.arrayContaining([`dist/${out}.js`, `dist/${out}.d.ts`]))
  expect(names).not.toContain('dist/gone.d.ts')
  expect(names.filter((name) => !name.startsWith('dist/'))).toEqual([
    'LICENSE',
    'README.md',
    'package.json',
  ])
  // A process that runs may load it late.
  expect(existsSync(join(dist, 'parts/old-ABCDEF.js'))).toBe(true)
}, 180_000)
