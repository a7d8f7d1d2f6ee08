// The charts of an evaluation: curves of at most 200 points each, whatever the number of rows.
import { type FeatureSpec, useOf } from '@weir/formats/dataset'
import {
  averagePrecision,
  type CalibrationBin,
  calibrationBins,
  expectedCalibrationError,
  prCurve,
  rocCurve,
  slices,
  thin,
  thresholdCurve,
} from '@weir/ml/metrics'
import type { Block, ChartSpec } from '@weir/runner'
import type { ScoredRows } from '../periods/scored-rows.ts'
import { chart, table } from './blocks.ts'
import { percent, rounded } from './figures.ts'

/** No chart has a curve of more points. */
export const MOST_POINTS = 200
/** Levels of a category in the table of slices; a category with more is left out. */
const MOST_LEVELS = 20

const DIAGONAL = {
  data: { values: [0, 1].map((at) => ({ x: at, y: at })) },
  mark: { type: 'line', strokeDash: [4, 3], color: 'var(--soft)', strokeWidth: 1 },
  encoding: {
    x: { field: 'x', type: 'quantitative' },
    y: { field: 'y', type: 'quantitative' },
  },
}

/** A dashed line across the chart at one value, which `name` tells; `title` is that of the axis. */
function mark(axis: 'x' | 'y', title: string, name: string, value: number): ChartSpec {
  return {
    data: { values: [{ [name]: rounded(value) }] },
    mark: { type: 'rule', strokeDash: [4, 3] },
    encoding: { [axis]: { field: name, type: 'quantitative', title } },
  }
}

/** Models by name with their scores of the same rows. */
export type NamedScores = readonly { readonly model: string; readonly rows: ScoredRows }[]

/** One ROC curve a model, with the diagonal of a guess. */
export function rocChart(models: NamedScores, alt: string): Block {
  const values = models.flatMap(({ model, rows }) =>
    thin(rocCurve(rows.probabilities, rows.labels), MOST_POINTS).map(({ fpr, tpr }) => ({
      model,
      fpr: rounded(fpr),
      tpr: rounded(tpr),
    })),
  )
  const curve = {
    data: { values },
    mark: { type: 'line', interpolate: 'linear' },
    encoding: {
      x: { field: 'fpr', type: 'quantitative', title: 'share of label 0 called' },
      y: { field: 'tpr', type: 'quantitative', title: 'share of label 1 called' },
      order: { field: 'fpr', type: 'quantitative' },
      ...(models.length > 1
        ? { color: { field: 'model', type: 'nominal', sort: null, title: null } }
        : {}),
    },
  }
  return chart('ROC', alt, { layer: [DIAGONAL, curve] })
}

/** Precision by recall, with the line of a guess. */
export function prChart({ probabilities, labels }: ScoredRows): Block {
  const share = labels.filter((label) => label === 1).length / labels.length
  const values = thin(prCurve(probabilities, labels), MOST_POINTS).map((point) => ({
    recall: rounded(point.recall),
    precision: rounded(point.precision),
  }))
  const spec: ChartSpec = {
    layer: [
      {
        data: { values },
        mark: 'line',
        encoding: {
          x: { field: 'recall', type: 'quantitative' },
          y: { field: 'precision', type: 'quantitative', scale: { domain: [0, 1] } },
          order: { field: 'recall', type: 'quantitative' },
        },
      },
      mark('y', 'precision', 'guess', share),
    ],
  }
  const precision = averagePrecision(probabilities, labels).toFixed(3)
  return chart(
    'Precision and recall',
    `Average precision ${precision}; a guess: ${share.toFixed(3)}.`,
    spec,
  )
}

/** Observed rate by predicted probability; on the diagonal probabilities keep their word. */
export function calibrationChart({ probabilities, labels }: ScoredRows): Block {
  const bins = calibrationBins(probabilities, labels)
  const values = bins.map((bin: CalibrationBin) => ({
    predicted: rounded(bin.predicted),
    observed: rounded(bin.observed),
    rows: bin.n,
  }))
  const position = {
    x: { field: 'predicted', type: 'quantitative', title: 'predicted probability' },
    y: { field: 'observed', type: 'quantitative', title: 'observed rate' },
  }
  const spec: ChartSpec = {
    layer: [
      DIAGONAL,
      { data: { values }, mark: 'line', encoding: position },
      {
        data: { values },
        mark: 'point',
        encoding: { ...position, size: { field: 'rows', type: 'quantitative', legend: null } },
      },
    ],
  }
  const error = expectedCalibrationError(bins).toFixed(3)
  return chart(
    'Calibration',
    `Expected calibration error ${error}, ten equal bins; a dot is as large as its rows.`,
    spec,
  )
}

/** Precision, recall and F1 by threshold, the chosen one marked. */
export function thresholdChart({ probabilities, labels }: ScoredRows, threshold: number): Block {
  const points = thin(thresholdCurve(probabilities, labels), MOST_POINTS)
  const values = points.flatMap((point) =>
    (['precision', 'recall', 'f1'] as const).map((figure) => ({
      threshold: rounded(point.threshold),
      figure,
      value: rounded(point[figure]),
    })),
  )
  const spec: ChartSpec = {
    layer: [
      {
        data: { values },
        mark: 'line',
        encoding: {
          x: { field: 'threshold', type: 'quantitative' },
          y: { field: 'value', type: 'quantitative', title: null, scale: { domain: [0, 1] } },
          color: { field: 'figure', type: 'nominal', sort: null, title: null },
        },
      },
      mark('x', 'threshold', 'in use', threshold),
    ],
  }
  return chart('What each threshold gives', `The threshold in use is ${rounded(threshold)}.`, spec)
}

/** The figures by level of each flag and category. */
export function slicesTable(
  { columns, probabilities, labels }: ScoredRows,
  features: readonly FeatureSpec[],
  threshold: number,
): Block {
  const lines = features
    .filter(({ type }) => useOf(type).kind === 'categorical')
    .flatMap(({ name }) => {
      const levels = columns[name] ?? []
      if (new Set(levels).size > MOST_LEVELS) return []
      return slices(levels, probabilities, labels, threshold).map((slice) => [
        ...[name, slice.level === null ? '(blank)' : String(slice.level), slice.n],
        ...[percent(slice.rate), percent(slice.predictedRate)],
        ...[rounded(slice.auc), rounded(slice.precision), rounded(slice.recall)],
      ])
    })
  return table({
    columns: ['feature', 'level', 'rows', 'label 1', 'called', 'AUC', 'precision', 'recall'],
    rows: lines,
    caption: 'Slices: how the model serves each group',
  })
}
