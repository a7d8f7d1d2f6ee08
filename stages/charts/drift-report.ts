// The drift report: its JSON, and the same findings as blocks for people.
import type { Drift } from '@weir/formats/artifacts'
import type { ColumnDrift, DriftColumn } from '@weir/ml/drift'
import type { Block } from '@weir/runner'
import { text } from './blocks.ts'
import { driftedHistograms, driftTable, strengthChart } from './drift-charts.ts'
import { rounded } from './figures.ts'

/** drift.json, with the methods by name. */
export type DriftReport = Drift & { readonly columns: readonly ColumnDrift[] }

/** The report of a period that there is nothing to compare with. */
export function noReference(current: string, threshold: number): DriftReport {
  return {
    reference: null,
    current,
    drift_share: null,
    threshold,
    target_drift: null,
    drifted: 0,
    columns: [],
  }
}

/** The finding in a sentence or two. */
export function driftLead(report: DriftReport): string {
  const { reference, current, drift_share, threshold, target_drift, drifted, columns } = report
  if (reference === null || drift_share === null) {
    return `There is no earlier period to compare ${current} with.`
  }
  const names = columns.filter((column) => column.drifted).map((column) => column.column)
  const who = names.length === 0 ? '' : `: ${names.join(', ')}`
  const reached = drift_share >= threshold ? 'reaches' : 'stays below'
  const share = `The drift share of ${drift_share.toFixed(4)} ${reached} the threshold of ${threshold}.`
  const target =
    target_drift === null
      ? 'The target is left out: one of the periods has no labels.'
      : `The rate of the label moved by ${rounded(target_drift)}.`
  return `${drifted} of ${columns.length} columns drifted from ${reference} to ${current}${who}. ${share} ${target}`
}

/** The report as blocks; bounded by the number of columns, whatever the number of rows. */
export function driftBlocks(report: DriftReport, columns: readonly DriftColumn[]): Block[] {
  const { reference, current } = report
  if (reference === null) return [text(driftLead(report))]
  return [
    text(driftLead(report)),
    strengthChart(report.columns),
    driftTable(report.columns),
    ...driftedHistograms(columns, report.columns, { reference, current }),
  ]
}
