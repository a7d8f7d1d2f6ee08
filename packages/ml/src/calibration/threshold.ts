// Chooses the probability from which a user is predicted to churn.

/** `f1`: the largest F1. `youden`: the largest sensitivity + specificity − 1. A number: itself. */
export type ThresholdRule = 'f1' | 'youden' | number

interface Counts {
  readonly truePositives: number
  readonly falsePositives: number
  readonly positives: number
  readonly negatives: number
}

/**
 * The threshold that is best by the rule on labelled probabilities. It lies half-way between two
 * neighbouring probabilities, so that last digits decide nothing; of equal ones the highest is taken.
 * @param probabilities of rows that their model was not trained on
 * @param labels 1 or 0, in the order of probabilities; both must occur
 */
export function chooseThreshold(
  rule: ThresholdRule,
  probabilities: readonly number[],
  labels: readonly number[],
): number {
  if (typeof rule === 'number') return rule
  const value = rule === 'f1' ? f1 : youden
  let best = { value: Number.NEGATIVE_INFINITY, threshold: 0.5 }
  for (const { threshold, counts } of cuts(probabilities, labels)) {
    const found = value(counts)
    if (found > best.value) best = { value: found, threshold }
  }
  return best.threshold
}

function f1({ truePositives, falsePositives, positives }: Counts): number {
  return (2 * truePositives) / (truePositives + falsePositives + positives)
}

function youden({ truePositives, falsePositives, positives, negatives }: Counts): number {
  return truePositives / positives - falsePositives / negatives
}

/** Every way to part the rows by probability, from the highest threshold down. */
function* cuts(
  probabilities: readonly number[],
  labels: readonly number[],
): Generator<{ threshold: number; counts: Counts }> {
  const rows = probabilities.map((probability, i) => ({ probability, label: labels[i] }))
  rows.sort((a, b) => b.probability - a.probability)
  const positives = labels.filter((label) => label === 1).length
  const negatives = labels.length - positives
  let truePositives = 0
  for (const [i, { probability, label }] of rows.entries()) {
    truePositives += label
    const below = rows[i + 1]?.probability
    if (below === probability) continue
    const counts = { truePositives, falsePositives: i + 1 - truePositives, positives, negatives }
    yield { threshold: between(below ?? 0, probability), counts }
  }
}

/** Half-way, but never `below` itself, to which the middle of two neighbouring doubles may be rounded. */
function between(below: number, above: number): number {
  const middle = (below + above) / 2
  return middle > below ? middle : above
}
