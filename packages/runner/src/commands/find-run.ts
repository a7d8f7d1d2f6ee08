// The run that a word of the command line means.
import type { RecordedRun } from '../session/recorded-run.ts'
import { EXIT } from './exit.ts'
import { CommandFailure } from './failure.ts'

/**
 * The run with an id, or the only one whose id begins or ends with a word.
 * @throws CommandFailure UNKNOWN_RUN
 */
export function findRun(runs: readonly RecordedRun[], word: string): RecordedRun {
  const ids = runs.map(({ head }) => head.run)
  const found = runs.filter(({ head }) => head.run.startsWith(word) || head.run.endsWith(word))
  const [run, another] = found
  if (run && (!another || run.head.run === word)) return run
  throw new CommandFailure(
    {
      code: 'UNKNOWN_RUN',
      message: another ? `'${word}' may mean ${found.length} runs` : `there is no run '${word}'`,
      hint:
        ids.length > 0
          ? `weir runs lists them; the last one is ${ids[0]}`
          : 'no run is recorded yet',
    },
    EXIT.usage,
  )
}
