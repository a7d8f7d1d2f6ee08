// Loads the model of a bundle's folder, and tells whether it still gives its expected outputs.
import { type Digest, isCodedError } from '@weir/base'
import { Examples } from '@weir/formats/bundle'
import { readDocument } from '@weir/formats/document'
import { checkExamples } from '@weir/ml/bundle'
import { BundleError, type OpenBundle, openBundle } from './bundle.ts'
import { FORMATS, type Predictor } from './format.ts'

const EXAMPLES_FILE = 'examples.json'

export interface LoadedModel extends Predictor {
  /** What it was loaded from, with the texts of examples.json and of what else was asked for. */
  readonly bundle: OpenBundle
}

/**
 * Loads the model in a folder, all of whose files are checked against its manifest; each is read once.
 * @param expected the digest that the bundle should have, where that is known
 * @param keep further files whose texts are wanted
 * @throws BundleError, ModelError
 */
export async function loadModel(
  dir: string,
  { expected, keep = [] }: { expected?: Digest | undefined; keep?: readonly string[] } = {},
): Promise<LoadedModel> {
  const files = FORMATS.map(({ file }) => file)
  const bundle = await openBundle(dir, { expected, keep: [...files, EXAMPLES_FILE, ...keep] })
  for (const format of FORMATS) {
    const text = bundle.texts.get(format.file)
    if (text !== undefined) return { ...format.load(text), bundle }
  }
  throw new BundleError('BUNDLE_MISSING', `the bundle has no model: ${files.join(' or ')}`, dir)
}

/** What is wrong with a loaded model, one sentence each; empty when its examples come out as expected. */
export function modelProblems({ bundle, predict }: LoadedModel): string[] {
  const text = bundle.texts.get(EXAMPLES_FILE)
  if (text === undefined) return [`the bundle lacks ${EXAMPLES_FILE}`]
  const read = readDocument(Examples, text)
  if ('problem' in read) return [`${EXAMPLES_FILE}: ${read.problem}`]
  return checkExamples(predict, read.value).map(
    ({ index, expected, actual }) =>
      `example ${index} gives ${actual.probability}, not ${expected.probability}`,
  )
}

/**
 * What is wrong with the model in a bundle's folder; empty when it loads and gives its expected outputs.
 * The registry asks before a version goes into Production.
 */
export async function verifyBundle(dir: string): Promise<string[]> {
  try {
    return modelProblems(await loadModel(dir))
  } catch (error) {
    if (isCodedError(error)) return [`${error.code}: ${error.message}`]
    throw error
  }
}
