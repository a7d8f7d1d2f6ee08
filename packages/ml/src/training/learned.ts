// A member that learned nothing is a failure, not a model: its users would all get the base rate.
import type { Encoder } from '../encoding/encoder.ts'
import type { Member } from '../network.ts'
import type { MemberReport } from './members.ts'
import { TrainingError } from './training-error.ts'

/**
 * Checks that each member's best epoch is one that it was trained in, and that it has a weight that is
 * not 0.
 * @param encoder of the members; its widest category is named where it is what cannot be learned
 * @param rows training rows
 * @throws TrainingError NOTHING_LEARNED
 */
export function checkLearned(
  members: readonly Member[],
  reports: readonly MemberReport[],
  encoder: Encoder,
  rows: number,
): void {
  for (const [i, { name, bestEpoch, history }] of reports.entries()) {
    if (bestEpoch > 0 && members[i].layers.every(({ kernel }) => kernel.some((w) => w !== 0)))
      continue
    const best = Math.min(...history.map(({ validationLoss }) => validationLoss))
    const cause =
      bestEpoch > 0
        ? 'all weights of a layer are 0'
        : `none of ${history.length} epochs was better than the base rate (lowest validation loss ${best.toFixed(4)})`
    throw new TrainingError(
      'NOTHING_LEARNED',
      `member ${name} learned nothing: ${cause}`,
      adviceOf(encoder, rows),
    )
  }
}

/** A level of fewer rows than this says little. */
const ROWS_A_LEVEL = 10

function adviceOf({ blocks }: Encoder, rows: number): string {
  const sizes = blocks.flatMap((block) =>
    block.kind === 'category' ? [{ feature: block.feature, levels: block.levels.length }] : [],
  )
  const widest = sizes.sort((a, b) => b.levels - a.levels)[0]
  if (widest && widest.levels * ROWS_A_LEVEL > rows) {
    return `${widest.feature} has ${widest.levels} levels in ${rows} training rows: group them, or leave the column out`
  }
  return 'lower train.learning_rate, and check that the features can tell the label'
}
