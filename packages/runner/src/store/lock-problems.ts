// What may be wrong with the text of pipeline.lock.

import type { Problem } from '@weir/base'
import { LOCK_FILE } from '../config/layout.ts'
import { LOCK_SCHEMA } from './lock-text.ts'

/** The problem of a lock with another schema than those that are read here. */
export function wrongSchema(schema: string | undefined, text: string): Problem {
  const version = Number(/^weir\/lock\/(\d+)$/.exec(schema ?? '')?.[1])
  if (!(version > 2)) return damaged(text, 0)
  return {
    code: 'LOCK_FUTURE',
    message: `${LOCK_FILE} has the schema ${schema}; this version of weir reads ${LOCK_SCHEMA}`,
    place: { file: LOCK_FILE, line: lineAt(text, text.indexOf('schema:')), col: 1 },
    hint: 'install the newer weir that wrote it, or take the lock file back to an earlier commit',
  }
}

/** The problem of a lock that is not what weir wrote from an offset on. */
export function damaged(text: string, offset: number): Problem {
  const conflict = text.split('\n').findIndex((row) => /^(<{7}|={7}|>{7})/.test(row))
  const place = { file: LOCK_FILE, col: 1 }
  if (conflict >= 0)
    return {
      code: 'LOCK_DAMAGED',
      message: `${LOCK_FILE} holds a git conflict`,
      place: { ...place, line: conflict + 1 },
      hint: 'keep either side of each block, whole; a rerun puts right what is stale',
    }
  return {
    code: 'LOCK_DAMAGED',
    message: `${LOCK_FILE} is not what weir wrote`,
    place: { ...place, line: lineAt(text, offset) },
    hint: `take it back from git (git checkout ${LOCK_FILE}), or delete it: what ran is in the run cache and is restored`,
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
