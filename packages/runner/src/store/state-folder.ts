// The folder of a project's state, kept in order: out of git, and without what was remembered long ago.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { orAbsent } from '@weir/base'
import { writeState } from '@weir/base/files'
import type { Layout } from '../config/layout.ts'

/** What was worked out so long ago is worked out again when it is asked for. */
const REMEMBERED_MS = 30 * 24 * 3600 * 1000
/** Names of what is remembered one by one: idle runs by selection, here and in earlier versions, and charts. */
const ONE_BY_ONE = /^(idle|rest)-.*\.json$|\.svg$/

/** Removes what is remembered of selections and charts that may not come again. Call while holding the project's mutex. */
export function sweepMemo(
  { memo, charts }: Pick<Layout, 'memo' | 'charts'>,
  now = Date.now(),
): void {
  for (const path of [...pathsIn(memo), ...pathsIn(charts)])
    if (ONE_BY_ONE.test(basename(path)) && changedAt(path) < now - REMEMBERED_MS)
      rmSync(path, { force: true })
}

/** The state is of this machine alone: git shall not see it. What a person has written into that file stays. */
export function hideFromGit({ state }: Pick<Layout, 'state'>): void {
  const path = join(state, '.gitignore')
  if (!existsSync(path)) writeState(path, '*\n')
}

/** The paths of what is in a folder; none where it is gone. */
export function pathsIn(folder: string): string[] {
  return orAbsent(() => readdirSync(folder), []).map((name) => join(folder, name))
}

/** The time of the last write in ms; what is gone by now counts as young. */
export function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY
}
