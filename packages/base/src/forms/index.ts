// What is wrong with the form of a value, by a schema. A door of its own, since it loads TypeBox.
export { type FormProblem, formFault, formProblems } from './form-problems.ts'
export { misfit, unknownKey } from './form-words.ts'
