// Folders for what is not finished: one a run below .weir/tmp, cleared by the next run, which stops the orphans.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonIfWhole, textIfThere } from '@weir/base/files'
import {
  isProcessName,
  type Life,
  lifeOf,
  ownSight,
  type ProcessName,
  type Sight,
} from '@weir/base/process'
import { instanceFile, type StageInstance } from '../config/instance.ts'
import type { Layout } from '../config/layout.ts'
import { stopOrphans } from '../execute/orphans.ts'

/** The file in a scratch folder that names its run's process. */
const OWNER = 'owner'

/** The scratch folder of one run. */
export interface Scratch {
  readonly folder: string
  /** The place of a stage's folder, where nothing is yet: many stages have nothing to put there. */
  stageFolder(id: StageInstance): string
  remove(): void
}

/** Opens the scratch folder of a run. Call while holding the project's mutex. */
export function openScratch(
  layout: Pick<Layout, 'scratch' | 'logs'>,
  runId: string,
  sight: Sight = ownSight(),
): Scratch {
  const folder = join(layout.scratch, runId)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, OWNER), JSON.stringify(sight.self))
  mkdirSync(layout.logs, { recursive: true })
  const given = new Set<string>()
  return {
    folder,
    stageFolder(id) {
      const path = join(folder, 'stages', instanceFile(id))
      if (given.has(path)) rmSync(path, { recursive: true, force: true })
      given.add(path)
      return path
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What decides which folders are cleared. */
export interface ClearOptions {
  /** True if the project's mutex was not released by its holder before us. */
  readonly afterCrash: boolean
  /** Puts back what a stage of such a run has put aside in its folder. */
  readonly putBack: (folder: string) => void
  readonly sight?: Sight
}

/** Clears the scratch folders of runs that are no more, and stops their orphans. Call while holding the project's mutex. */
export function clearScratch(
  { scratch: parent }: Pick<Layout, 'scratch'>,
  { afterCrash, putBack, sight = ownSight() }: ClearOptions,
): void {
  const runs = list(parent).filter((run) => {
    const life = lifeOfOwner(join(parent, run, OWNER), sight)
    return life === 'gone' || (life === 'unknown' && afterCrash)
  })
  stopOrphans(
    runs.map((run) => join(parent, run)),
    sight,
  )
  for (const run of runs) {
    const stages = join(parent, run, 'stages')
    for (const stage of list(stages)) putBack(join(stages, stage))
    rmSync(join(parent, run), { recursive: true, force: true })
  }
}

/**
 * Tells whether the run that a file names is alive. A run on another machine or in another container cannot be seen
 * from here; the caller counts it as dead only after a crash, that is, where this run broke the mutex of a dead process
 * or found that a person had removed it (`weir unlock`).
 */
function lifeOfOwner(path: string, sight: Sight): Life {
  const owner = readName(path)
  return owner ? lifeOf(owner, sight) : 'gone'
}

/** The process that a file names; a half-written one names nobody. */
function readName(path: string): ProcessName | undefined {
  const value = jsonIfWhole(textIfThere(path))
  return isProcessName(value) ? value : undefined
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
