// Parts of a model's bundle that are made of the model: its examples, and what is wrong with one.
export { checkExamples, makeExamples } from '../bundle.ts'
export { bundleProblems } from '../bundle-problems.ts'
