// The command line of a run, which is also read before the program is loaded.
import { availableParallelism } from 'node:os'
import type { Inspected } from '../plan/check-inspected.ts'
import type { Selection } from '../plan/select.ts'
import type { Command } from './command.ts'
import { usage } from './failure.ts'
import type { Given } from './options.ts'
import { ANY_STAGES, JSON_OPTION, SELECTION, selectionOf } from './stage-options.ts'

const OPTIONS = {
  ...SELECTION,
  set: {
    type: 'array',
    value: 'KEY=VALUE',
    short: 'S',
    description: `write a value into params.yaml (comments and layout are kept): once all is checked and
before the first stage starts; put back if a stage refuses that very value`,
  },
  force: { type: 'boolean', short: 'f', description: 'run every selected stage, fresh or not' },
  'dry-run': {
    type: 'boolean',
    short: 'n',
    description: `say what would happen, do nothing (with -S: if it stood in params.yaml); exits as
the run would: 2 where it would be refused`,
  },
  jobs: {
    type: 'integer',
    value: 'N',
    short: 'j',
    minimum: 1,
    default: availableParallelism(),
    description: 'stages at a time, by default as many as there are processors',
  },
  'keep-going': {
    type: 'boolean',
    short: 'k',
    description: `after a failure go on with what does not depend on it; a stage that cannot run
(a missing file or param) fails, where else nothing is begun`,
  },
  inspect: {
    type: 'string',
    value: 'STAGE',
    description: `run the cell of this stage, fresh or not, under Node's debugger: it waits until VS Code or
Chrome is attached; without timeout and retries. Selects the stage if nothing else is`,
  },
  'inspect-port': {
    type: 'integer',
    value: 'PORT',
    minimum: 0,
    maximum: 65_535,
    default: 9229,
    description: 'where the debugger is attached; 0: at any port that is free',
  },
  ...JSON_OPTION,
} as const

export const RUN_LINE = {
  operands: ANY_STAGES,
  options: OPTIONS,
  examples: [
    'weir run --until promote',
    'weir run -S as_of=2024-02-29',
    'weir run -S train.learning_rate=0.01 --until compare',
    'weir run --dry-run --json',
    'weir run --inspect train',
  ],
} satisfies Pick<Command<typeof OPTIONS>, 'operands' | 'options' | 'examples'>

/** What a command line selects, and the stage that it has inspected. */
export function targetOf(given: Given<typeof OPTIONS>): {
  readonly selection: Selection
  readonly inspect?: Inspected
} {
  const selection = selectionOf(given)
  const { inspect: stage, 'inspect-port': port, 'dry-run': dryRun } = given.options
  if (stage === undefined) return { selection }
  if (dryRun) throw usage('--inspect does not go with --dry-run', 'choose one of them')
  const named = Object.values(selection).some((names) => names.length > 0)
  return {
    selection: named ? selection : { ...selection, until: [stage] },
    inspect: { stage, port },
  }
}
