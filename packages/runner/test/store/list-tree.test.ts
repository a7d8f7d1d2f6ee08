// The paths below a folder: those that `listTree` finds, without a look at each file.
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { listPaths, listTree, statsOf } from '../../src/store/list-tree.ts'
import { folderWith } from '../project-folder.ts'

async function both(folder: string): Promise<[string[], string[]]> {
  const stats = statsOf(folder)
  if (!stats) throw new Error('the folder is not there')
  const tree = await listTree(folder, stats)
  return [(await listPaths(folder)).sort(), tree.files.map(({ path }) => path).sort()]
}

it('are those of the tree, through links, also out of the folder', async () => {
  const root = folderWith({ 'd/a': '', 'd/b/c': '', 'd/b/é 😀': '', 'far/x/y': '', file: '' })
  mkdirSync(join(root, 'd/empty'))
  symlinkSync('../far', join(root, 'd/link'))
  symlinkSync('../file', join(root, 'd/one'))
  symlinkSync('nowhere', join(root, 'd/broken'))
  const [paths, tree] = await both(join(root, 'd'))
  expect(paths).toEqual(tree)
  expect(paths).toContain('link/x/y')
})
