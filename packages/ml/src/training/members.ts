// Trains the members of the ensemble, one of each kind a fold, and scores every row by those that never saw it.
import type { Member } from '../network.ts'
import { type EncodedSet, take } from './examples.ts'
import { type Epoch, fitMember } from './fit-member.ts'
import { layersOf, type NetworkShape } from './network.ts'
import type { MemberKind, TrainParams } from './params.ts'

export interface TrainControl {
  readonly signal?: AbortSignal
  /** Awaited after each epoch of each member. */
  onEpoch?(member: string, epoch: Epoch): void | Promise<void>
}

/** How the training of one member went. */
export interface MemberReport {
  readonly name: string
  readonly kind: MemberKind
  /** From 0. */
  readonly fold: number
  /** From 1; 0 when no epoch was better than the base rate. */
  readonly bestEpoch: number
  readonly history: readonly Epoch[]
}

export interface TrainedMembers {
  readonly members: readonly Member[]
  readonly reports: readonly MemberReport[]
  /** Out-of-fold mean logit, by row. */
  readonly scores: readonly number[]
}

/** @param folds the fold of each row */
export async function trainMembers(
  set: EncodedSet,
  folds: readonly number[],
  params: TrainParams,
  seed: number,
  control: TrainControl,
): Promise<TrainedMembers> {
  const members: Member[] = []
  const reports: MemberReport[] = []
  const scores = new Array<number>(folds.length).fill(0)
  const total = params.members.reduce((sum, kind) => sum + params[kind].weight, 0)
  for (const kind of params.members) {
    for (let fold = 0; fold < params.folds; fold++) {
      const trained = await trainMember(set, folds, { kind, fold }, params, seed, control)
      members.push(trained.member)
      reports.push(trained.report)
      const share = params[kind].weight / total
      for (const [i, row] of trained.rows.entries()) {
        scores[row] += share * trained.logits[i]
      }
    }
  }
  return { members, reports, scores }
}

async function trainMember(
  set: EncodedSet,
  folds: readonly number[],
  { kind, fold }: { kind: MemberKind; fold: number },
  params: TrainParams,
  seed: number,
  control: TrainControl,
) {
  const rows = positions(folds, (of) => of === fold)
  const others = positions(folds, (of) => of !== fold)
  const shape = shapeOf(kind, set.width, params)
  const name = `${kind} ${fold + 1}`
  const fitted = await fitMember(
    shape,
    take(set, others),
    take(set, rows),
    { ...params, l2: params[kind].l2 },
    [seed, kind === 'mlp' ? 1 : 0, fold],
    {
      ...(control.signal ? { signal: control.signal } : {}),
      onEpoch: (epoch) => control.onEpoch?.(name, epoch),
    },
  )
  const layers = layersOf(shape, fitted.weights)
  const member: Member = { name, kind, weight: params[kind].weight, layers }
  const { bestEpoch, history } = fitted
  const report: MemberReport = { name, kind, fold, bestEpoch, history }
  return { member, report, rows, logits: fitted.validationLogits }
}

function positions(folds: readonly number[], keep: (fold: number) => boolean): number[] {
  return folds.flatMap((fold, row) => (keep(fold) ? [row] : []))
}

function shapeOf(kind: MemberKind, inputs: number, { mlp }: TrainParams): NetworkShape {
  if (kind === 'logistic') return { inputs, hidden: [], activation: 'relu', dropout: 0 }
  const { hidden, activation, dropout } = mlp
  return { inputs, hidden, activation, dropout }
}
