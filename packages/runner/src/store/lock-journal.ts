// The journal of the lock: each change of it is appended when it happens, since pipeline.lock is written only once a
// second. What an unfinished run has left in its own is folded into the lock by the next run.
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { diskFiles, type Files, syncFolder } from '@weir/base/files'

/** Enters each line's hash, so that no other version's line is taken for one of ours. */
const SCHEMA = 'weir/journal/1'
const RUNNING = '.jsonl'
const ENDED = '.ended.jsonl'

/** A change of the lock: a stage's new block, or its entry out of force (before it starts), or back in force. */
export type Change =
  | { readonly set: string; readonly block: string }
  | { readonly suspend: string }
  | { readonly resume: string }

/** The lock's journal of the run that goes on. */
export interface LockJournal {
  /** Appends a change. Where that fails the change has not happened, whatever part of its line was written. */
  append(change: Change): void
  /** Waits until all that was appended is on the disk. */
  sync(): void
  /** The run has ended, and the lock holds everything. */
  remove(): void
  /** The run has ended, and the lock could not be written: stages that had not ended were stopped in order. */
  leave(): void
}

/** Begins a journal in a folder, under the id of its run. */
export function createLockJournal(
  folder: string,
  run: string,
  files: Files = diskFiles,
): LockJournal {
  // A file that stands in the way is rubbish.
  if (files.stat(folder)?.folder === false) files.remove(folder)
  files.makeFolder(folder)
  const path = join(folder, `${run}${RUNNING}`)
  const file = files.open(path, 'append')
  let torn = false
  let named = false
  return {
    append(change) {
      const line = lineOf(change)
      try {
        // Ends a partial line that a full disk has left, so that it does not corrupt the next one.
        files.write(file, torn ? `\n${line}` : line)
        torn = false
      } catch (error) {
        torn = true
        throw error
      }
    },
    sync() {
      files.sync(file)
      if (!named) syncFolder(folder, files)
      named = true
    },
    remove() {
      files.close(file)
      files.remove(path)
    },
    leave() {
      files.close(file)
      // Gone where this run has lost the mutex, and the run that took over has folded it in.
      if (files.stat(path)) files.rename(path, join(folder, `${run}${ENDED}`))
    },
  }
}

function lineOf(change: Change): string {
  const json = JSON.stringify(change)
  return `${sealOf(json)} ${json}\n`
}

function sealOf(json: string): string {
  return sha256(`${SCHEMA}\n${json}`).slice(0, 32)
}

/** The changes in a journal's text. A line that was torn off by a crash, or is another version's, is left out. */
export function changesIn(text: string): Change[] {
  return text.split('\n').flatMap((line) => {
    const [seal, json] = [line.slice(0, 32), line.slice(33)]
    return json !== '' && sealOf(json) === seal ? [JSON.parse(json) as Change] : []
  })
}

/** What journals that were left behind change in the lock. */
export interface Leftover {
  /** Paths of the journals. */
  readonly paths: readonly string[]
  /** New blocks by stage. */
  readonly blocks: ReadonlyMap<string, string>
  /** Stages that a kill has stopped: their entries are not in force. */
  readonly suspended: ReadonlySet<string>
}

/** Reads every journal in a folder. */
export function readLeftover(folder: string, files: Files): Leftover {
  const blocks = new Map<string, string>()
  const suspended = new Set<string>()
  const paths = files
    .list(folder)
    .filter((name) => name.endsWith(RUNNING))
    .map((name) => join(folder, name))
  for (const path of paths) {
    const stopped = new Set<string>()
    const text = files.stat(path)?.folder ? undefined : files.read(path)
    for (const change of changesIn(text ?? '')) {
      if ('suspend' in change) stopped.add(change.suspend)
      else if ('resume' in change) stopped.delete(change.resume)
      else {
        blocks.set(change.set, change.block)
        stopped.delete(change.set)
        suspended.delete(change.set)
      }
    }
    if (!path.endsWith(ENDED)) for (const stage of stopped) suspended.add(stage)
  }
  return { paths, blocks, suspended }
}
