// The part of a model's bundle that is made of the model: its examples, and the check of them.
export { checkExamples, makeExamples } from '../bundle.ts'
