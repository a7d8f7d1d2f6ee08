// Why a cell cannot be packed, as a problem.
import { isRecord, type Problem } from '@weir/base'
import type { BuildFailure, Message } from 'esbuild'
import { fileHint } from './missing-import.ts'

/** What esbuild says of a module, with its place. @throws an error of the file system as it is */
export function buildProblem(root: string, file: string, error: unknown): Problem {
  const first = (error as Partial<BuildFailure>).errors?.[0]
  if (!first && (error as NodeJS.ErrnoException).errno !== undefined) throw error
  if (!first) return { code: 'CODE_BROKEN', message: `${file}: ${String(error)}`, place: { file } }
  return messageProblem(root, file, first)
}

/** What esbuild says of a module that `file` is made from, or `file` itself. */
export function messageProblem(root: string, file: string, message: Message): Problem {
  const { location, text } = message
  const { code, hint } = codedDetail(message.detail) ?? {
    code: 'CODE_BROKEN',
    hint: hintOf(root, message) ?? 'mend the module; nothing was run',
  }
  return {
    code,
    message: text,
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

/** A name that is near to one that there is not, of a file or of an export. */
function hintOf(root: string, { location, text, notes }: Message): string | undefined {
  const [, specifier] = /^Could not resolve "(.*)"$/.exec(text) ?? []
  if (specifier !== undefined && location) return fileHint(root, location.file, specifier)
  const note = notes.find((note) => note.text.startsWith('Did you mean'))
  return note && `d${note.text.slice(1).replaceAll('"', "'")}`
}

/** What a plugin of ours says with its message. */
function codedDetail(detail: unknown): { code: string; hint: string } | undefined {
  if (!isRecord(detail)) return undefined
  const { code, hint } = detail
  return typeof code === 'string' && typeof hint === 'string' ? { code, hint } : undefined
}
