// How good scores are.
export { brier } from '../metrics/brier.ts'
export {
  type CalibrationBin,
  calibrationBins,
  expectedCalibrationError,
} from '../metrics/calibration.ts'
export { confusion, confusionFigures } from '../metrics/confusion.ts'
export { aucDifference, aucInterval } from '../metrics/delong.ts'
export { logLoss } from '../metrics/log-loss.ts'
export { averagePrecision, prCurve } from '../metrics/pr.ts'
export { rocAuc, rocCurve } from '../metrics/roc.ts'
export type { Label } from '../metrics/scored.ts'
export { slices } from '../metrics/slices.ts'
export { thin } from '../metrics/thin.ts'
export { thresholdCurve } from '../metrics/threshold-curve.ts'
