// A streaming service's users, month by month, with a known truth.
export type { Shifts } from '../simulate/activity.ts'
export { simulateMonth } from '../simulate/month.ts'
export { makeProfile } from '../simulate/profile.ts'
export { type UserMonth, type Writer, writers } from '../simulate/tables.ts'
export { attainableAuc, termNames, truthOf } from '../simulate/truth.ts'
