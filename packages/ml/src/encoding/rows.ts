// Rows of a frame, which holds columns.
import type { FeatureFrame, FeatureRow } from '@weir/formats/dataset'

/** The rows at the given positions, each with the frame's features by name. */
export function rowsAt(frame: FeatureFrame, positions: readonly number[]): FeatureRow[] {
  const columns = Object.entries(frame.columns)
  return positions.map((at) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[at] ?? null])),
  )
}
