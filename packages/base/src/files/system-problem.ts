// What the operating system refused, or a coded error, as a problem; any other error is a bug and goes on.
import { statfsSync } from 'node:fs'
import { isCodedError, problemOf } from '../values/coded-error.ts'
import { isSystemError } from '../values/errno.ts'
import type { Place, Problem } from '../values/problem.ts'

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']
/** With less free space than this, a full disk is the likely cause of a failure. */
const LITTLE_BYTES = 64 * 1024
const SEALED = ['EROFS', 'EACCES', 'EPERM']

/** The stage that met an error, and where it is declared. */
interface Stage {
  readonly name: string
  readonly place: Place
}

/** The problem behind an error, with the stage that met it. @throws the error itself where it is a bug */
export function systemProblem(error: unknown, stage?: Stage): Problem {
  if (isCodedError(error)) return problemOf(error, stage)
  if (!isSystemError(error)) throw error
  const { code, path, message } = error
  const place = path === undefined ? stage?.place : { file: path }
  return {
    code: codeOf(code, stage),
    message: stage ? `stage '${stage.name}': ${message}` : message,
    ...(place && { place }),
    hint: hintOf(code),
  }
}

/** True for the codes of an error that tell of a full disk. */
export function meansFull(code: unknown): boolean {
  return typeof code === 'string' && FULL.includes(code)
}

/** True if hardly anything can be written in a folder any more. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < LITTLE_BYTES
  } catch {
    return false
  }
}

export const FULL_HINT = 'make room and run again: what was recorded before is untouched'

function codeOf(code: string, stage: Stage | undefined): string {
  if (meansFull(code)) return 'DISK_FULL'
  return SEALED.includes(code) || !stage ? 'FILE_UNWRITABLE' : 'STAGE_FAILED'
}

function hintOf(code: string): string {
  if (meansFull(code)) return FULL_HINT
  if (SEALED.includes(code)) return 'give this user the right to write there, and run again'
  return 'mend that and run again'
}
