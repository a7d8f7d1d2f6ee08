// What is wrong with the value of a definition file: its form, then the names that it refers to.
import { Check } from '@sinclair/typebox/value'
import { formProblems } from '@weir/base/forms'
import { type DefinitionProblem, referenceProblems } from './definition-references.ts'
import { DefinitionFile } from './definition-schema.ts'

type Checked = { readonly file: DefinitionFile } | { readonly problems: DefinitionProblem[] }

/** The value as a definition file, or every problem that it has. */
export function problemsOf(value: unknown): Checked {
  if (!Check(DefinitionFile, value)) return { problems: formProblems(DefinitionFile, value) }
  const problems = referenceProblems(value)
  return problems.length > 0 ? { problems } : { file: value }
}
