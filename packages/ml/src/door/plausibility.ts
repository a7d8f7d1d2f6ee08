// Whether a period is plausible beside those before it.
export type { Figure, Finding } from '../plausibility/finding.ts'
export { percent, shown } from '../plausibility/finding.ts'
export { judgePeriod } from '../plausibility/judge.ts'
export { isComplete } from '../plausibility/label-figures.ts'
