// Processes and their surroundings: names that stay unique after a restart, the clock, the commit of a folder.
export { type Clock, systemClock } from './clock.ts'
export { type GitState, gitState } from './git.ts'
export {
  hasOwnProc,
  isProcessName,
  type Life,
  lifeOf,
  nameOf,
  ownBoot,
  ownSight,
  type ProcessName,
  type Sight,
} from './process-name.ts'
