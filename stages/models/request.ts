// What a person is asked to approve rests on: the features that were scored, and the document that judged them.
import { sha256 } from '@weir/base'
import { sha256File } from '@weir/base/files'
import { Challenge, Comparison } from '@weir/formats/artifacts'
import { documentText } from '@weir/formats/document'
import type { BoundFile, Request, TableRef } from '@weir/registry/event'

/** The request for a candidate, by its comparison. */
export async function requestOf(comparison: Comparison, table: TableRef): Promise<Request> {
  const path = 'artifacts/comparison.json'
  const text = documentText(Comparison, comparison, path)
  const { as_of, period, production_version: against } = comparison
  const judged = { what: 'comparison', path, digest: sha256(text), as_of }
  return { against, bound: [...(await featuresOf(period)), judged], table }
}

/** The request for the open challenger, by its newest look. */
export async function requestOfLook(challenge: Challenge, table: TableRef): Promise<Request> {
  const path = 'artifacts/challenge.json'
  const text = documentText(Challenge, challenge, path)
  const { as_of, against, looks } = challenge
  const judged = { what: 'challenge', path, digest: sha256(text), as_of }
  const features = await Promise.all(looks.map(featuresOf))
  return { against, bound: [...features.flat(), judged], table }
}

async function featuresOf(period: string): Promise<BoundFile[]> {
  const path = `artifacts/features/${period}.parquet`
  const digest = await sha256File(path).catch(() => null)
  return digest === null ? [] : [{ what: 'features', path, digest }]
}
