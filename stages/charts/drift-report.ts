// The drift report: its JSON, and the same findings as blocks for people.
import type { Drift, DriftPreset } from '@weir/formats/artifacts'
import type { ColumnDrift, ColumnFigures } from '@weir/ml/drift'
import type { Block } from '@weir/runner'
import type { RecentMonths } from '../periods/recent-months.ts'
import { text } from './blocks.ts'
import { distributionCharts, strengthChart } from './drift-charts.ts'
import { driftTables } from './drift-tables.ts'
import { percent, rounded } from './figures.ts'

/** drift.json, with the methods by name. */
export type DriftReport = Drift & { readonly columns: readonly ColumnDrift[] }

/** What a report is drawn from; `figures` and the report's columns run together. */
export interface DriftView {
  readonly report: DriftReport
  readonly figures: readonly ColumnFigures[]
  readonly months: RecentMonths
}

/** A period that there is nothing to compare with. */
export function noReference(
  current: string,
  { threshold, preset }: { readonly threshold: number; readonly preset: DriftPreset },
): DriftView {
  const report = {
    ...{ reference: null, current, preset, drift_share: null, threshold },
    ...{ target_drift: null, target: null, classifier: null, drifted: 0, columns: [] },
  }
  return { report, figures: [], months: { periods: [], means: new Map() } }
}

/** The finding in a sentence or two. */
export function driftLead(report: DriftReport): string {
  const { reference, current, drift_share, threshold, drifted, columns } = report
  if (reference === null || drift_share === null) {
    return `There is no earlier period to compare ${current} with.`
  }
  const names = columns.filter((column) => column.drifted).map((column) => column.column)
  const who = names.length === 0 ? '' : `: ${names.join(', ')}`
  const reached = drift_share >= threshold ? 'reaches' : 'stays below'
  const share = `The drift share of ${drift_share.toFixed(4)} ${reached} the threshold of ${threshold}.`
  return `${drifted} of ${columns.length} columns drifted from ${reference} to ${current}${who}. ${share} ${targetLead(report)}`
}

function targetLead({ target }: DriftReport): string {
  if (target === null) return 'The target is left out: one of the periods has no labels.'
  const { reference, current, difference, p, matters } = target
  const moved = `The rate of the label moved by ${rounded(difference)}, ${percent(reference)} to ${percent(current)}`
  const matter = difference >= matters ? 'which matters' : `less than the ${matters} that matter`
  return `${moved} (p ${p < 1e-4 ? '< 0.0001' : `= ${p.toPrecision(2)}`}), ${matter}.`
}

function classifierBlocks({ classifier }: DriftReport): Block[] {
  if (classifier === null) return []
  const { auc, low, high, rows, terms } = classifier
  const interval = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)})`
  const apart = low !== null && low > 0.5
  const verdict = apart
    ? `The two periods can be told apart, most by ${terms
        .slice(0, 3)
        .map((term) => `\`${term}\``)
        .join(', ')}`
    : 'All features together do not tell the two periods apart'
  return [
    text(
      `${verdict}: AUC ${auc.toFixed(3)}${interval} of a logistic regression of the period on the features and their products, out of fold on ${rows} rows; .5 is chance.`,
    ),
  ]
}

/** The report as blocks; bounded by the number of columns, whatever the number of rows. */
export function driftBlocks({ report, figures, months }: DriftView): Block[] {
  const { reference, current } = report
  if (reference === null) return [text(driftLead(report))]
  return [
    text(driftLead(report)),
    ...classifierBlocks(report),
    strengthChart(report.columns),
    ...driftTables(report.columns, figures, months),
    ...distributionCharts(report.columns, figures, { reference, current }),
  ]
}
