// Fits a model to rows.
export type { Epoch } from '../training/fit-member.ts'
export type { MemberReport } from '../training/members.ts'
export { TrainParams } from '../training/params.ts'
export { type Trained, train } from '../training/train.ts'
export { TrainingError } from '../training/training-error.ts'
