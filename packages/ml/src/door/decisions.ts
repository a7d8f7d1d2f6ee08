// What to do in a period: retrain or not, promote or not, and who is held out.
export { type BootstrapVerdict, judgeFirst, LEAST_POSITIVES } from '../decisions/bootstrap.ts'
export { type Cost, predictionCost } from '../decisions/cost.ts'
export {
  type Acknowledged,
  type Action,
  type Asked,
  decide,
  type Evidence,
  type Outcome,
  type Reason,
} from '../decisions/decide.ts'
export {
  type Answer,
  type GateRule,
  type GateVerdict,
  judge,
  LOOKS,
  POCOCK_3,
} from '../decisions/gate.ts'
export {
  calibrationGuard,
  DEFAULT_GUARDS,
  type GuardFinding,
  type GuardInput,
  type GuardName,
  type GuardRules,
  guardRails,
  type SliceColumn,
} from '../decisions/guards.ts'
export { isHeldOut } from '../decisions/held-out.ts'
export { type JoinVerdict, joinChallenger } from '../decisions/join.ts'
export {
  type CalibrationTest,
  type ExpectedFigure,
  type Figure,
  type Performance,
  type PerformanceTest,
  performanceOf,
  testCalibration,
  testPerformance,
} from '../decisions/performance.ts'
export {
  type MonthGain,
  type PairedMonth,
  type PooledGain,
  pooledGain,
} from '../decisions/pooled-gain.ts'
export {
  type AgeEvidence,
  BUDGET,
  type DriftEvidence,
  type LabelledRows,
  REASONS,
  type ReasonName,
  type TargetEvidence,
  testTarget,
} from '../decisions/reasons.ts'
