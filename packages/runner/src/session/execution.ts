// What carrying a stage out needs: the vocabulary that its steps share.

import type { Problem } from '@weir/base'
import type { Clock } from '@weir/base/process'
import type { Executor } from '../execute/executor.ts'
import type { Inspected } from '../plan/check-inspected.ts'
import type { Workspace } from '../plan/workspace.ts'
import type { Listener } from './events.ts'
import type { Mask } from './mask.ts'
import type { Scratch } from './scratch.ts'

/** What executing a stage needs besides the stage. */
export interface Execution {
  readonly workspace: Workspace
  readonly scratch: Scratch
  /** Runs the tasks. */
  readonly executor: Executor
  readonly runId: string
  readonly clock: Clock
  readonly listen: Listener
  /** False once somebody has removed the project's mutex: another run may be at work. */
  readonly isHeld: () => boolean
  /** By stage, why it is not to be started, where the run goes on without it. */
  readonly refused: ReadonlyMap<string, readonly Problem[]>
  /** The stage whose cell waits for a debugger. */
  readonly inspect?: Inspected
  /** Aborts when the stages are to end. */
  readonly signal: AbortSignal
  /** Aborts when they are to end at once. */
  readonly kill: AbortSignal
  /** While a promise, what was told is not yet written: stages' output waits for it. */
  readonly behind: () => Promise<void> | undefined
  /** Takes the values of secret variables out of what stages say. */
  readonly mask: Mask
}
