// The file of accepted periods (data/accepted.yaml): read, held against a period, and added to.

import { Check } from '@sinclair/typebox/value'
import { StageError } from '@weir/base'
import { formFault } from '@weir/base/forms'
import { type Acceptance, Acceptances } from '@weir/formats/acceptances'
import type { Finding } from '@weir/ml/plausibility'
import { type Document, isSeq, LineCounter, parseDocument, stringify } from 'yaml'

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

/**
 * The text with one entry more. What stands there stays as it is, but where a hand has set the list otherwise than
 * this file is written (within brackets, or indented): then it is set anew, with its comments.
 * @throws StageError ACCEPTED_INVALID for a text or an entry that is none
 */
export function withAcceptance(text: string, entry: Acceptance): string {
  const before = readAcceptances(text, 'data/accepted.yaml')
  const item = stringify([entry], { lineWidth: 0 })
  const added = `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${item}`
  return entriesIn(added) === before.length + 1 ? added : setAnew(text, entry)
}

/** How many entries a text has; undefined where it is no list of them. */
function entriesIn(text: string): number | undefined {
  const document = parseDocument(text)
  const value: unknown = document.errors.length === 0 ? document.toJS() : null
  return Check(Acceptances, value) ? value.length : undefined
}

function setAnew(text: string, entry: Acceptance): string {
  const document: Document = parseDocument(text)
  if (!isSeq(document.contents)) document.contents = document.createNode([])
  if (isSeq(document.contents)) document.contents.flow = false
  document.addIn([], document.createNode(entry))
  const anew = document.toString({ lineWidth: 0 })
  readAcceptances(anew, 'data/accepted.yaml')
  return anew
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
