// The model of a bundle, after the bundle's files are checked against its manifest.
import { join } from 'node:path'
import { type Model, parseModel } from '../../ml/model.ts'
import { ModelError } from '../../ml/model-error.ts'
import { openBundle } from '../../registry/bundle.ts'
import { RegistryError } from '../../registry/error.ts'
import { StageError } from '../../runner/api.ts'
import { readJson } from './json-file.ts'

/**
 * Opens the bundle in a folder and parses its model.
 * @param what how messages call it: `the candidate`, `version 3`
 * @param expected the digest that the bundle should have, where that is known
 * @throws StageError BUNDLE_MISSING, BUNDLE_MANIFEST, BUNDLE_DAMAGED, MODEL_INVALID, MODEL_INCONSISTENT
 */
export async function readBundleModel(
  dir: string,
  what: string,
  expected?: string,
): Promise<Model> {
  try {
    const bundle = await openBundle(dir)
    if (expected !== undefined && bundle.digest !== expected) {
      throw new StageError('BUNDLE_DAMAGED', `${what} is not the bundle that was registered`, {
        where: dir,
        hint: `its manifest should have the digest ${expected}`,
      })
    }
    return parseModel(await readJson(join(dir, 'model.json')))
  } catch (error) {
    throw explained(error, dir, what)
  }
}

function explained(error: unknown, dir: string, what: string): unknown {
  if (error instanceof RegistryError || error instanceof ModelError) {
    return new StageError(error.code, `${what} cannot be used: ${error.message}`, {
      where: error.where ?? dir,
      hint: 'train or register it again; a stored bundle can be copied back from another machine',
    })
  }
  return error
}
