// How the training of the members went: their loss curves and a table.
import type { Epoch, MemberReport } from '@weir/ml/training'
import type { Block } from '@weir/runner'
import { chart, table } from './blocks.ts'
import { rounded } from './figures.ts'

/** Curves of more epochs than this are thinned, so that the page stays small. */
const MOST_POINTS = 100

/** One chart for each kind of member: a pale line a fold for training, a strong one for validation. */
export function lossCharts(members: readonly MemberReport[]): Block[] {
  return [...new Set(members.map(({ kind }) => kind))].map((kind) => {
    const folds = members.filter((member) => member.kind === kind)
    const losses = folds.map((member) => rounded(bestLoss(member)))
    const alt = `Lowest validation loss by fold: ${losses.join(', ')}.`
    return chart(`Loss by epoch: ${kind}`, alt, {
      data: { values: folds.flatMap(points) },
      mark: { type: 'line', strokeWidth: 1.5 },
      encoding: {
        x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickMinStep: 1 } },
        y: {
          field: 'loss',
          type: 'quantitative',
          scale: { zero: false },
          title: 'mean log loss',
        },
        color: {
          field: 'part',
          type: 'nominal',
          title: null,
          scale: { domain: ['training', 'validation'], range: ['var(--c1)', 'var(--c2)'] },
        },
        detail: { field: 'fold', type: 'nominal' },
      },
    })
  })
}

/** One row a member: where it stopped, and the losses there. */
export function membersTable(members: readonly MemberReport[]): Block {
  return table({
    caption: 'The members of the ensemble; each is validated on its fold of the training users',
    columns: ['member', 'epochs', 'best epoch', 'training loss', 'validation loss'],
    rows: members.map((member) => [
      member.name,
      member.history.length,
      member.bestEpoch,
      rounded(best(member)?.trainLoss ?? null),
      rounded(bestLoss(member)),
    ]),
  })
}

function points({ history, fold }: MemberReport) {
  const step = Math.ceil(history.length / MOST_POINTS)
  return history
    .filter((_, i) => i % step === 0)
    .flatMap(({ epoch, trainLoss, validationLoss }) => [
      { epoch, fold, part: 'training', loss: rounded(trainLoss) },
      { epoch, fold, part: 'validation', loss: rounded(validationLoss) },
    ])
}

function best({ history, bestEpoch }: MemberReport): Epoch | undefined {
  return history.find(({ epoch }) => epoch === bestEpoch)
}

function bestLoss(member: MemberReport): number | null {
  return best(member)?.validationLoss ?? null
}
