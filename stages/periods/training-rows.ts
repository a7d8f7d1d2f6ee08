// The labelled users of a period that a model may learn from: all that are not held out.
import type { Split } from '@weir/formats/bundle'
import type { FeatureColumns, FeatureFrame } from '@weir/formats/dataset'
import { isHeldOut } from '@weir/ml/decisions'
import { pickRows } from '@weir/ml/encoding'

/** Rows in order of the user's id; columns and labels run together. */
export interface TrainingRows {
  readonly columns: FeatureColumns
  readonly labels: readonly (0 | 1)[]
  /** Users that are not held out, but have no label. */
  readonly unlabelled: number
}

/** Selects the users to train on. */
export function trainingRows(frame: FeatureFrame, split: Split): TrainingRows {
  const at: number[] = []
  const labels: (0 | 1)[] = []
  let unlabelled = 0
  for (const [i, id] of frame.ids.entries()) {
    if (isHeldOut(id, split.salt, split.held_out)) continue
    const label = frame.labels[i] ?? null
    if (label === null) unlabelled++
    else {
      at.push(i)
      labels.push(label)
    }
  }
  return { columns: pickRows(frame.columns, at), labels, unlabelled }
}
