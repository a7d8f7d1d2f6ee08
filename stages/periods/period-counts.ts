// Counts of a period: what a model predicts for its held-out users, and how many of its users have which label.
import type { Split } from '@weir/formats/bundle'
import { isHeldOut } from '@weir/ml/decisions'
import { pickRows } from '@weir/ml/encoding'
import type { LoadedModel } from '@weir/models/load'
import { readFrame } from './frame.ts'
import { fitting } from './scored-rows.ts'

/** What a model predicts for the users that every split holds out, whether they have a label or not. */
export async function callsOf(
  model: LoadedModel,
  featuresDir: string,
  period: string,
  splits: readonly Split[],
) {
  const predicted = await fitting('Production', period, async () => {
    const frame = await readFrame(featuresDir, period, model.features)
    const rows = frame.ids.flatMap((id, row) =>
      splits.every(({ salt, held_out }) => isHeldOut(id, salt, held_out)) ? [row] : [],
    )
    return model.probabilities(pickRows(frame.columns, rows))
  })
  const n = predicted.length
  const called = predicted.filter((probability) => probability >= model.threshold).length
  const sum = predicted.reduce((total, probability) => total + probability, 0)
  return { period, n, called: n === 0 ? 0 : called / n, mean: n === 0 ? 0 : sum / n }
}

/** How many users of a period have a label, and how many of these the label 1. */
export async function labelsOf(featuresDir: string, period: string) {
  const { labels } = await readFrame(featuresDir, period, [])
  const known = labels.filter((label) => label !== null)
  return { period, n: known.length, positives: known.filter((label) => label === 1).length }
}
