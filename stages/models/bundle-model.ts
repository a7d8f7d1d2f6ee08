// The model of a bundle and whom it was never trained on, after the bundle's files are checked against its manifest.
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { isCodedError } from '@weir/base/coded-error'
import { Split } from '@weir/formats/bundle'
import { readJson } from '@weir/formats/json-file'
import { type Model, ModelError, parseModel } from '@weir/ml/model'
import { type Bundle, openBundle } from '@weir/registry/bundle'
import { RegistryError } from '@weir/registry/error'
import { StageError } from '@weir/runner'

const SPLIT_FILE = 'split.json'

export interface BundleModel {
  readonly model: Model
  /** The split that it was trained under; null where the bundle does not say. */
  readonly split: Split | null
}

/**
 * Opens the bundle in a folder and parses its model and its split.
 * @param what how messages call it: `the candidate`, `version 3`
 * @param expected the digest that the bundle should have, where that is known
 * @throws StageError BUNDLE_MISSING, BUNDLE_MANIFEST, BUNDLE_DAMAGED, MODEL_INVALID, MODEL_INCONSISTENT,
 *   SPLIT_INVALID
 */
export async function readBundleModel(
  dir: string,
  what: string,
  expected?: string,
): Promise<BundleModel> {
  try {
    const bundle = await openBundle(dir)
    if (expected !== undefined && bundle.digest !== expected) {
      throw new StageError('BUNDLE_DAMAGED', `${what} is not the bundle that was registered`, {
        where: dir,
        hint: `its manifest should have the digest ${expected}`,
      })
    }
    const model = parseModel(await readJson(join(dir, 'model.json'), Type.Unknown(), 'model.json'))
    return { model, split: await splitOf(bundle, what) }
  } catch (error) {
    throw explained(error, dir, what)
  }
}

async function splitOf({ dir, files }: Bundle, what: string): Promise<Split | null> {
  if (!files.some(({ path }) => path === SPLIT_FILE)) return null
  const where = join(dir, SPLIT_FILE)
  return readJson(where, Split, SPLIT_FILE).catch((error: unknown) => {
    if (!isCodedError(error)) throw error
    const message = `${what} does not say whom it was not trained on: ${error.message}`
    throw new StageError('SPLIT_INVALID', message, {
      where,
      hint: 'the file holds held_out and salt, as params split has them',
    })
  })
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
