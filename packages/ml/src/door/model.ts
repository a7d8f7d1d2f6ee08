// A model, what it predicts, and what it cannot.
export { type Model, type Prediction, parseModel, predictor, probabilities } from '../model.ts'
export { ModelError } from '../model-error.ts'
