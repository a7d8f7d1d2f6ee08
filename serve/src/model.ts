// A model as it is served: loaded from its bundle, checked against its own examples, and compiled.
import { type LoadedModel, loadModel, modelProblems } from '@weir/models/load'
import { bundlePath } from '@weir/registry/bundle'
import type { Version } from '@weir/registry/fold'
import { answerSchema, type FeatureCheck, featureCheck, type JsonSchema } from './request-schema.ts'

export interface ServedModel {
  readonly version: Version
  /** How answers name it. */
  readonly label: { readonly name: string; readonly version: number }
  readonly model: LoadedModel
  readonly check: FeatureCheck
  /** The JSON Schema of its answers. */
  readonly answers: JsonSchema
}

/**
 * Loads a version from a registry folder: every file's digest, the model's form, its examples.
 * Throws BundleError, ModelError, or an Error that says which example differs.
 */
export async function loadServed(store: string, version: Version): Promise<ServedModel> {
  const { digest } = version
  const model = await loadModel(bundlePath(store, digest), { expected: digest })
  const problems = modelProblems(model)
  if (problems.length > 0) throw new Error(problems.join('; '))
  return {
    version,
    label: { name: version.name, version: version.version },
    model,
    check: featureCheck(model.features),
    answers: answerSchema(model.entity, model.features),
  }
}
