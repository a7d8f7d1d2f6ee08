// Small samples: alarms of F1, and first models that were judged on few users or know nothing.
import { judgeFirst } from '@weir/ml/decisions'
import { f1Alarm, type Label } from '@weir/ml/metrics'
import { type Random, randomStream } from '@weir/ml/statistics'
import { Count, type Goal, goalCells, percent, table } from './goals.ts'

const PREVALENCE = 0.265
const RECALL = 0.745
const FLOOR = 0.6

export interface F1Case {
  readonly f1: number
  readonly n: number
  readonly goal: Goal
}

/** How often the alarm is raised at a true F1; beside it the rule that looks at the point alone. */
export function f1Table(cases: readonly F1Case[], draws: number): string {
  const head = ['true F1', 'n', `upper bound < ${FLOOR}`, 'goal', `point < ${FLOOR}`]
  const rows = cases.map(({ f1, n, goal }) => {
    const [bound, point] = [new Count(), new Count()]
    for (let draw = 0; draw < draws; draw++) {
      const found = f1Alarm(drawCounts(randomStream(401, n, draw, 1000 * f1), n, f1), FLOOR)
      bound.add(found.alarm)
      point.add(found.f1 < FLOOR)
    }
    const cells = goalCells(`F1 ${f1} at ${n}`, bound, goal)
    return [f1.toFixed(3), String(n), ...cells, percent(point.share)]
  })
  return table(head, rows)
}

function drawCounts(random: Random, n: number, f1: number) {
  const hit = PREVALENCE * RECALL
  // F1 = 2 TP/(2 TP + FP + FN) gives the share of false positives.
  const wrong = (2 * hit) / f1 - 2 * hit - (PREVALENCE - hit)
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
  for (let i = 0; i < n; i++) {
    const at = random.uniform()
    if (at < hit) counts.truePositives++
    else if (at < PREVALENCE) counts.falseNegatives++
    else if (at < PREVALENCE + wrong) counts.falsePositives++
    else counts.trueNegatives++
  }
  return counts
}

export interface FirstCase {
  /** What the model knows: shift of the leavers' scores in standard deviations; null: all weights are 0. */
  readonly shift: number | null
  readonly n: number
  /** `few`: months with fewer than 30 positives are counted, `enough`: the others. */
  readonly positives: 'few' | 'enough'
  readonly goal: Goal
}

/** How often a first model is promoted; the replaced system promotes the first one whatever it is. */
export function firstTable(cases: readonly FirstCase[], draws: number): string {
  const head = ['held out', 'positives', 'model', 'promoted', 'goal', 'replaced system']
  const rows = cases.map(({ shift, n, positives, goal }) => {
    const promoted = new Count()
    for (let draw = 0; draw < draws; draw++) {
      const random = randomStream(402, n, draw)
      const labels = Array.from({ length: n }, (): Label => (random.chance(PREVALENCE) ? 1 : 0))
      const few = labels.filter((label) => label === 1).length < 30
      if (few !== (positives === 'few')) continue
      const scores = labels.map((label) => (shift === null ? 0 : random.normal() + shift * label))
      promoted.add(judgeFirst(scores, labels).answer === 'promote')
    }
    const model =
      shift === null ? 'all weights 0' : shift === 0 ? 'ranks at random' : `AUC of shift ${shift}`
    const cells = goalCells(`first model, ${model}, ${positives} of ${n}`, promoted, goal)
    return [String(n), positives === 'few' ? '< 30' : '≥ 30', model, ...cells, '100 %']
  })
  return table(head, rows)
}
