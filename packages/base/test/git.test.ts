// What git says of a folder: the commit, and whether a tracked file differs.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { gitState } from '../src/process/git.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'weir-git-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd }).toString()

it('outside a repository is null', async () => {
  expect(await gitState(folder())).toBeNull()
})

it('is the commit, and dirty where a tracked file differs; an untracked one counts for nothing', async () => {
  const root = folder()
  git(root, 'init', '-q')
  expect(await gitState(root)).toEqual({ commit: null, dirty: false })
  writeFileSync(join(root, 'a'), '1')
  git(root, 'add', 'a')
  expect(await gitState(root)).toEqual({ commit: null, dirty: true })
  git(root, 'commit', '-q', '-m', 'a')
  const commit = git(root, 'rev-parse', 'HEAD').trim()
  writeFileSync(join(root, 'other'), '1')
  expect(await gitState(root)).toEqual({ commit, dirty: false })
  writeFileSync(join(root, 'a'), '2')
  expect(await gitState(root)).toEqual({ commit, dirty: true })
})

it('is null where it was told to end', async () => {
  const root = folder()
  git(root, 'init', '-q')
  expect(await gitState(root, AbortSignal.abort())).toBeNull()
})
