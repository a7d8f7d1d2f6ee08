// A model as it is served: loaded from its bundle, checked against its own examples, and compiled.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureRow } from '@weir/formats/dataset'
import { type Model, type Prediction, parseModel, predictor } from '@weir/ml/model'
import { verifyBundle } from '@weir/models/verify-bundle'
import { bundlePath, openBundle } from '@weir/registry/bundle'
import type { Version } from '@weir/registry/fold'
import { answerSchema, type FeatureCheck, featureCheck, type JsonSchema } from './request-schema.ts'

export interface ServedModel {
  readonly version: Version
  /** How answers name it. */
  readonly label: { readonly name: string; readonly version: number }
  readonly model: Model
  /** Throws ModelError for a row that does not fit. */
  readonly predict: (row: FeatureRow) => Prediction
  readonly check: FeatureCheck
  /** The JSON Schema of its answers. */
  readonly answers: JsonSchema
}

/**
 * Loads a version from a registry folder: every file's digest, the model's form, its examples.
 * Throws RegistryError BUNDLE_*, ModelError, or an Error that says which example differs.
 */
export async function loadModel(store: string, version: Version): Promise<ServedModel> {
  const { dir } = await openBundle(bundlePath(store, version.digest), version.digest)
  const problems = await verifyBundle(dir)
  if (problems.length > 0) throw new Error(problems.join('; '))
  const model = parseModel(JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')))
  return {
    version,
    label: { name: version.name, version: version.version },
    model,
    predict: predictor(model),
    check: featureCheck(model.features),
    answers: answerSchema(model.entity, model.features),
  }
}
