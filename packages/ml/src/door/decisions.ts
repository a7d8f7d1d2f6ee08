// What to do in a period: retrain or not, promote or not, and who is held out.
export { decide } from '../decisions/decide.ts'
export { isHeldOut } from '../decisions/held-out.ts'
export { shouldPromote } from '../decisions/promote.ts'
