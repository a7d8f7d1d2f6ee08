// Whether a bundle still gives its expected outputs: from the texts of its files, for whoever opens it.
import { Check } from '@sinclair/typebox/value'
import { Examples } from '@weir/formats/bundle'
import { checkExamples } from './bundle.ts'
import { parseModel } from './model.ts'
import { ModelError } from './model-error.ts'

/** Says what is wrong with a bundle's model, one sentence each; empty when its examples come out as expected. */
export function bundleProblems(texts: {
  /** The text of model.json. */
  readonly model: string
  /** The text of examples.json. */
  readonly examples: string
}): string[] {
  const model = parsed(texts.model)
  const examples = parsed(texts.examples)
  if (model === undefined) return ['model.json is not JSON']
  if (!Check(Examples, examples)) return ['examples.json is not a list of examples']
  try {
    return checkExamples(parseModel(model), examples).map(
      ({ index, expected, actual }) =>
        `example ${index} gives ${actual.probability}, not ${expected.probability}`,
    )
  } catch (error) {
    if (error instanceof ModelError) return [`${error.code}: ${error.message}`]
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
