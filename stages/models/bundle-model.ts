// The model of a bundle and whom it was never trained on, after the bundle's files are checked against its manifest.
import { join } from 'node:path'
import { type Digest, isCodedError } from '@weir/base'
import { Split } from '@weir/formats/bundle'
import { readDocument } from '@weir/formats/document'
import { type LoadedModel, loadModel } from '@weir/models/load'
import { StageError } from '@weir/runner'

const SPLIT_FILE = 'split.json'

export interface BundleModel {
  readonly model: LoadedModel
  /** The split that it was trained under; null where the bundle does not say. */
  readonly split: Split | null
}

/**
 * Loads the model in a folder, and its split.
 * @param what how messages call it: `the candidate`, `version 3`
 * @param expected the digest that the bundle should have, where that is known
 * @throws StageError BUNDLE_MISSING, BUNDLE_MANIFEST, BUNDLE_DAMAGED, MODEL_INVALID, MODEL_INCONSISTENT,
 *   SPLIT_INVALID
 */
export async function readBundleModel(
  dir: string,
  what: string,
  expected?: Digest,
): Promise<BundleModel> {
  const model = await loadModel(dir, { expected, keep: [SPLIT_FILE] }).catch((error: unknown) => {
    throw explained(error, dir, what)
  })
  return { model, split: splitOf(model, what) }
}

function splitOf({ bundle: { dir, texts } }: LoadedModel, what: string): Split | null {
  const text = texts.get(SPLIT_FILE)
  if (text === undefined) return null
  const read = readDocument(Split, text)
  if ('value' in read) return read.value
  const message = `${what} does not say whom it was not trained on: ${read.problem}`
  throw new StageError('SPLIT_INVALID', message, {
    where: join(dir, SPLIT_FILE),
    hint: 'the file holds held_out and salt, as params split has them',
  })
}

function explained(error: unknown, dir: string, what: string): unknown {
  if (!isCodedError(error)) return error
  return new StageError(error.code, `${what} cannot be used: ${error.message}`, {
    where: error.where ?? dir,
    hint: 'train or register it again; a stored bundle can be copied back from another machine',
  })
}
