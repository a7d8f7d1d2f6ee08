// How good scores are.
export { brier, brierInterval } from '../metrics/brier.ts'
export {
  type CalibrationBin,
  calibrationBins,
  expectedCalibrationError,
} from '../metrics/calibration.ts'
export { type Confusion, confusion, confusionFigures } from '../metrics/confusion.ts'
export { type Cox, type CoxLine, coxCalibration } from '../metrics/cox.ts'
export { aucDifference, aucInterval } from '../metrics/delong.ts'
export {
  type Expected,
  type ExpectedPerformance,
  expectedAucOf,
  expectedPerformance,
} from '../metrics/expected.ts'
export { type F1Alarm, f1Alarm, f1Interval } from '../metrics/f1.ts'
export { logLoss } from '../metrics/log-loss.ts'
export { averagePrecision, prCurve } from '../metrics/pr.ts'
export { rocAuc, rocCurve } from '../metrics/roc.ts'
export type { Label } from '../metrics/scored.ts'
export { slices } from '../metrics/slices.ts'
export { thin } from '../metrics/thin.ts'
export { thresholdCurve } from '../metrics/threshold-curve.ts'
export { type Share, wilson } from '../metrics/wilson.ts'
