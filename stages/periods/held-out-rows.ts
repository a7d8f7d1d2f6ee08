// The held-out users of a period with their labels: the rows that every model is judged on.
import type { Split } from '@weir/formats/bundle'
import type { FeatureColumns, FeatureFrame } from '@weir/formats/dataset'
import { isHeldOut } from '@weir/ml/decisions'
import { pickRows } from '@weir/ml/encoding'
import type { Label } from '@weir/ml/metrics'
import { StageError } from '@weir/runner'

/** The rows of held-out users whose label is known, in order of the user's id; all lists and columns run together. */
export interface HeldOut {
  readonly ids: readonly string[]
  readonly columns: FeatureColumns
  readonly labels: readonly Label[]
}

/**
 * Selects the users with a label that every one of the splits holds out: of models that were trained
 * under different splits, only those were never trained on by any.
 * @throws StageError NO_LABELS, NO_HELD_OUT, ONE_CLASS where they cannot judge a model
 */
export function heldOutRows(frame: FeatureFrame, splits: readonly Split[]): HeldOut {
  const positions: number[] = []
  const ids: string[] = []
  const labels: Label[] = []
  for (const [position, id] of frame.ids.entries()) {
    const label = frame.labels[position] ?? null
    if (label === null || !isHeldOutByAll(id, splits)) continue
    positions.push(position)
    ids.push(id)
    labels.push(label)
  }
  checkLabels(frame, labels, splits)
  return { ids, columns: pickRows(frame.columns, positions), labels }
}

function isHeldOutByAll(id: string, splits: readonly Split[]): boolean {
  return splits.every(({ salt, held_out: share }) => isHeldOut(id, salt, share))
}

function checkLabels(
  frame: FeatureFrame,
  labels: readonly Label[],
  splits: readonly Split[],
): void {
  const where = `features ${frame.asOf}`
  if (frame.labels.every((label) => label === null)) {
    throw new StageError('NO_LABELS', `no user of ${frame.asOf} has a label`, {
      where,
      hint: 'a model can be judged once the labels of the period are known',
    })
  }
  const shares = splits.map((split) => split.held_out).join(' and ')
  if (labels.length === 0) {
    throw new StageError('NO_HELD_OUT', `no labelled user of ${frame.asOf} is held out`, {
      where,
      hint: `split.held_out is ${shares} of ${frame.ids.length} users; raise it, or set split back to what Production was trained with`,
    })
  }
  const [first] = labels
  if (labels.every((label) => label === first)) {
    throw new StageError(
      'ONE_CLASS',
      `all ${labels.length} held-out users of ${frame.asOf} have the label ${first}`,
      { where, hint: 'an AUC needs both classes; check the labels, or hold out more users' },
    )
  }
}
