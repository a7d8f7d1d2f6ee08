// The file of accepted periods (data/accepted.yaml): read, held against a period, and added to.

import { Check } from '@sinclair/typebox/value'
import { StageError } from '@weir/base'
import { formFault } from '@weir/base/forms'
import { type Acceptance, Acceptances } from '@weir/formats/acceptances'
import type { Finding } from '@weir/ml/plausibility'
import { LineCounter, parseDocument, stringify } from 'yaml'

export type { Acceptance } from '@weir/formats/acceptances'

/** The digests of a period's tables, and of its labels where they are complete. */
export type PeriodDigests = Pick<Acceptance, 'tables' | 'labels'>

/**
 * The entries of the file; none where it has only comments.
 * @param path what messages call the file
 * @throws StageError ACCEPTED_INVALID
 */
export function readAcceptances(text: string, path: string): readonly Acceptance[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw invalid(`${path}:${line}:${col}`, error.message)
  }
  const value: unknown = document.toJS() ?? []
  if (!Check(Acceptances, value)) throw invalid(path, String(formFault(Acceptances, value)))
  return value
}

function invalid(where: string, message: string): StageError {
  return new StageError('ACCEPTED_INVALID', message, {
    where,
    hint: 'weir accept writes this file; take it back from git, and accept again what is missing',
  })
}

/** The text with one entry more; what stands there stays as it is. */
export function withAcceptance(text: string, entry: Acceptance): string {
  const item = stringify([entry], { lineWidth: 0 })
  const isEmptyList = /^\s*\[\s*\]\s*$/m.test(text) && !text.includes('period:')
  const before = isEmptyList ? text.replace(/^\s*\[\s*\]\s*$/m, '') : text
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${item}`
}

/**
 * The entry that lets a finding of a period pass: of the same tables, and where the finding is about labels, of the
 * same labels. Labels that have come since the period was accepted are no other export.
 */
export function acceptanceOf(
  entries: readonly Acceptance[],
  period: string,
  digests: PeriodDigests,
  finding: Finding,
): Acceptance | undefined {
  return entries.find(
    (entry) =>
      entry.period === period &&
      sameTables(entry.tables, digests.tables) &&
      (!finding.ofLabels || entry.labels === digests.labels),
  )
}

function sameTables(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => a[name] === b[name])
}
