// What the operating system or a resolver refused, as a coded problem; any other error is a bug and goes on.
import type { Stage } from '../config/model.ts'
import type { Problem, ProblemCode } from '../problem.ts'

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG']
const SEALED = ['EROFS', 'EACCES', 'EPERM']

/** The problem behind a coded error, with the stage that met it. @throws the error itself if it has no code. */
export function systemProblem(error: unknown, stage?: Stage): Problem {
  const { code, errno, path, message, hint } = error as NodeJS.ErrnoException & { hint?: string }
  if (code === undefined) throw error
  const said = stage ? `stage '${stage.name}': ${message}` : message
  if (errno === undefined)
    return {
      code,
      message: said,
      ...(stage && { place: stage.place }),
      ...(hint !== undefined && { hint }),
    }
  const place = path === undefined ? stage?.place : { file: path }
  return { code: codeOf(code, stage), message: said, ...(place && { place }), hint: hintOf(code) }
}

function codeOf(code: string, stage: Stage | undefined): ProblemCode {
  if (FULL.includes(code)) return 'DISK_FULL'
  return SEALED.includes(code) || !stage ? 'FILE_UNWRITABLE' : 'STAGE_FAILED'
}

function hintOf(code: string): string {
  if (FULL.includes(code)) return 'make room and run again: what was recorded before is untouched'
  if (SEALED.includes(code)) return 'give this user the right to write there, and run again'
  return 'mend that and run again'
}
