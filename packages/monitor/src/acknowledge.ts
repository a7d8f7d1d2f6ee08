// `weir monitor ack`: a person knows of a reason, and it asks for no new model until it is worse.
import { join } from 'node:path'
import { CodedError, nearest } from '@weir/base'
import type { Files } from '@weir/base/files'
import { Decision, REASON_NAMES, type ReasonName } from '@weir/formats/artifacts'
import { readDocument } from '@weir/formats/document'
import { openRegistry } from '@weir/registry/registry'
import type { MonitorSettings } from './settings.ts'

/** What was acknowledged. */
export interface Acknowledgement {
  readonly cause: ReasonName
  /** The reason's figure in the last decision; it asks again where it is worse. Null: it was not known. */
  readonly figure: number | null
  /** The period of that decision. */
  readonly period: string
}

/**
 * Silences a reason for the version in Production, at the figure that it had in the last decision.
 * @throws CodedError USAGE for a reason that is none, DECISION_MISSING before the first decision; what the registry
 *   throws
 */
export async function acknowledge(
  settings: MonitorSettings,
  word: string,
  note: string,
  files: Files,
  effects: Parameters<typeof openRegistry>[1],
): Promise<Acknowledgement> {
  const cause = causeOf(word)
  if (note === '')
    throw new CodedError('USAGE', 'weir monitor ack takes --reason', {
      hint: 'say why it calls for no new model: it stands in the registry’s history',
    })
  const { as_of: period, reasons } = lastDecision(settings, files)
  const figure = reasons.find(({ name }) => name === cause)?.figure ?? null
  const registry = openRegistry(settings.store, effects)
  await registry.acknowledge(settings.name, { reason: cause, figure }, note)
  return { cause, figure, period }
}

function causeOf(word: string): ReasonName {
  const known = REASON_NAMES.find((name) => name === word)
  if (known !== undefined) return known
  const near = nearest(word, REASON_NAMES)
  throw new CodedError('USAGE', `there is no reason ${word}`, {
    hint: near === undefined ? `there are ${REASON_NAMES.join(', ')}` : `did you mean ${near}?`,
  })
}

function lastDecision({ root }: MonitorSettings, files: Files): Decision {
  const path = join('artifacts', 'decision.json')
  const text = files.read(join(root, path))
  const read = text === undefined ? { problem: 'it is not there' } : readDocument(Decision, text)
  if ('value' in read) return read.value
  throw new CodedError('DECISION_MISSING', `there is no last decision: ${read.problem}`, {
    where: path,
    hint: 'run the pipeline first: weir run --until decide, or weir monitor --once',
  })
}
