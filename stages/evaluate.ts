/**
 * How good is the candidate? It is judged on the held-out users only: users chosen by a hash of their
 * id, whom no model is ever trained on, and whose label of the period that it learned from is known.
 *
 * How to read it: AUC is the chance that a user of label 1 is ranked above one of label 0, .5 being a
 * guess; its 95 % interval is DeLong's. The PR curve shows what share of those called have label 1. On the
 * diagonal of the calibration chart a predicted 30 % is 30 % of users. The threshold chart shows what
 * another cut would give; the slices show whether a group is served worse.
 */
import { Evaluation } from '@weir/formats/artifacts'
import { Split } from '@weir/formats/bundle'
import {
  aucInterval,
  averagePrecision,
  brier,
  confusion,
  confusionFigures,
  logLoss,
} from '@weir/ml/metrics'
import { type Block, defineStage, folder, json, renderReport, text } from '@weir/runner'
import { showBlocks, text as words } from './charts/blocks.ts'
import {
  calibrationChart,
  prChart,
  rocChart,
  slicesTable,
  thresholdChart,
} from './charts/evaluation-charts.ts'
import { percent, rounded } from './charts/figures.ts'
import { readBundleModel } from './models/bundle-model.ts'
import { labelColumn } from './periods/label-column.ts'
import { type ScoredRows, scoreHeldOut } from './periods/scored-rows.ts'

export default defineStage({
  title: 'Evaluate the candidate',
  params: { split: Split },
  inputs: { candidate: folder('artifacts/candidate'), features: folder('artifacts/features') },
  outputs: {
    report: text('reports/evaluation.html'),
    evaluation: json('artifacts/evaluation.json', Evaluation),
  },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const { model, split } = await readBundleModel(inputs.candidate.path, 'the candidate')
    const splits = [params.split, split ?? params.split]
    const features = inputs.features.path
    const period = model.bundle.as_of
    const rows = await scoreHeldOut(model, 'the candidate', features, period, splits)
    const figures = figuresOf(rows, model.threshold)
    const blocks: Block[] = [
      words(leadOf(period, figures, await labelColumn(features, period))),
      rocChart([{ model: 'candidate', rows }], `AUC ${figures.auc.toFixed(4)}.`),
      prChart(rows),
      calibrationChart(rows),
      thresholdChart(rows, model.threshold),
      slicesTable(rows, model.features, model.threshold),
    ]
    const title = `Evaluation of ${model.name}, ${period}`
    const section = { id: 'evaluation', title: 'On the held-out users', blocks }
    await outputs.report.write(await renderReport({ title, sections: [section] }))
    await outputs.evaluation.write(figures)
    metrics(figures)
    showBlocks(show, blocks)
    log(`auc=${figures.auc.toFixed(4)} f1=${figures.f1.toFixed(4)} on ${figures.n} held-out users`)
  },
})

/** The flat figures of evaluation.json, in its order. */
export function figuresOf({ probabilities, labels }: ScoredRows, threshold: number): Evaluation {
  const { value: auc, low, high } = aucInterval(probabilities, labels)
  const called = confusionFigures(confusion(probabilities, labels, threshold))
  return {
    auc,
    auc_low: known(low),
    auc_high: known(high),
    pr_auc: averagePrecision(probabilities, labels),
    brier: brier(probabilities, labels),
    log_loss: logLoss(probabilities, labels),
    f1: called.f1,
    precision: called.precision,
    recall: called.recall,
    accuracy: called.accuracy,
    threshold,
    n: labels.length,
    positives: labels.filter((label) => label === 1).length,
  }
}

/** JSON has no NaN: an interval needs two rows of each class. */
const known = (value: number): number | null => (Number.isNaN(value) ? null : value)

function leadOf(period: string, figures: Evaluation, label: string): string {
  const { auc, auc_low, auc_high, n, positives, threshold, precision, recall } = figures
  const interval = `95 % interval ${rounded(auc_low) ?? '?'} to ${rounded(auc_high) ?? '?'}`
  const users = `${n} held-out users of ${period}`
  return `AUC ${rounded(auc)} (${interval}) on ${users}; ${label} is true for ${percent(positives / n)} of them. At the threshold of ${rounded(threshold)} it is true for ${percent(precision)} of those called, and ${percent(recall)} of those for whom it is true are called.`
}
