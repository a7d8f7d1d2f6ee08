// Why a cell cannot be packed, as a problem.
import { isRecord } from '@weir/base/is-record'
import type { Problem } from '@weir/base/problem'
import type { BuildFailure } from 'esbuild'

/** What esbuild says of a module, with its place. @throws an error of the file system as it is */
export function buildProblem(file: string, error: unknown): Problem {
  const first = (error as Partial<BuildFailure>).errors?.[0]
  if (!first && (error as NodeJS.ErrnoException).errno !== undefined) throw error
  if (!first) return { code: 'CODE_BROKEN', message: `${file}: ${String(error)}`, place: { file } }
  const { location } = first
  const { code, hint } = codedDetail(first.detail) ?? {
    code: 'CODE_BROKEN',
    hint: 'mend the module; nothing was run',
  }
  return {
    code,
    message: first.text,
    place: location
      ? {
          file: location.file,
          line: location.line,
          col: location.column + 1,
          excerpt: location.lineText,
        }
      : { file },
    hint,
  }
}

/** What a plugin of ours says with its message. */
function codedDetail(detail: unknown): { code: string; hint: string } | undefined {
  if (!isRecord(detail)) return undefined
  const { code, hint } = detail
  return typeof code === 'string' && typeof hint === 'string' ? { code, hint } : undefined
}
