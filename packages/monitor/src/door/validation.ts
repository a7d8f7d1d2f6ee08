// What validate asks of a period: does it hold what the definition promises, and is it plausible beside those before?
export { type Acceptance, readAcceptances } from '../acceptances.ts'
export { checkPeriod, countLabels, openPeriod } from '../check-period.ts'
export { type JudgedPeriod, judgePeriods } from '../judge-periods.ts'
export { suspicion } from '../suspicion.ts'
