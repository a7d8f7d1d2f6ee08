// Copies a file or a folder to a new place, as files of the user's own: links become what they lead to.
import { mkdirSync } from 'node:fs'
import { fsPath } from './byte-path.ts'
import type { CopyTask } from './file-task.ts'
import type { FileWork, SizedTask } from './file-work.ts'
import { type FoundFile, listTree, statsOf, type Tree } from './list-tree.ts'

/** Copies what is at a path, if anything is. */
export async function copyTree(
  from: string,
  to: string,
  work: FileWork,
  signal: AbortSignal,
): Promise<void> {
  const stats = statsOf(from)
  if (!stats) return
  if (!stats.isDirectory()) {
    await work.run([copyTask({ path: '', absolute: from, stats }, to)], signal)
    return
  }
  const { files, folders }: Tree = await listTree(from, stats, signal)
  mkdirSync(to, { recursive: true })
  for (const folder of folders) mkdirSync(fsPath(`${to}/${folder}`))
  await work.run(
    files.map((file) => copyTask(file, `${to}/${file.path}`)),
    signal,
  )
}

function copyTask({ absolute, stats }: FoundFile, to: string): SizedTask<CopyTask> {
  return { task: { kind: 'copy', path: absolute, to }, size: stats.size }
}
