/**
 * Holds the period's snapshots to what the data set's definition promises: exactly the declared
 * columns, no blank where none is legal, values within their limits and levels, unique keys, row
 * counts, references between the tables, and labels of both classes in a sound share once they are
 * complete. A period that breaks a promise is refused: every check that fails is named with its first rows.
 *
 * Then each period up to as_of is held against those before it: rows, entities, blanks, levels,
 * quantiles, label rate, columns that were swapped, a month exported again. What they do not let
 * expect is suspicious, and nothing later runs until a person has looked and says `weir accept`.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { Type } from '@sinclair/typebox'
import { type CheckOutcome, Validation } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import type { Definition } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import {
  type Acceptance,
  checkPeriod,
  countLabels,
  type JudgedPeriod,
  judgePeriods,
  openPeriod,
  readAcceptances,
  suspicion,
} from '@weir/monitor/validation'
import { defineStage, file, folder, json, text } from '@weir/runner'
import { count, withDuckDB } from '@weir/tables/duckdb'
import { periodTable } from '@weir/tables/row-checks'
import { counted } from './charts/figures.ts'
import { showChecks, showFindings, showProfiles } from './charts/validation-charts.ts'
import { type DataProblem, errorOf } from './raw/data-problem.ts'

export default defineStage({
  title: 'Validate the period',
  params: { as_of: AsOf, data: Type.Object({ definition: Type.String() }) },
  inputs: {
    definition: file('${data.definition}'),
    snapshots: folder('artifacts/snapshots'),
    accepted: text('data/accepted.yaml'),
  },
  outputs: { validation: json('artifacts/validation.json', Validation) },
  async run({ params, inputs, outputs, metrics, show, log, signal }) {
    const { as_of } = params
    const definition = await readDefinition(inputs.definition.path)
    const accepted = readAcceptances(await inputs.accepted.read(), 'data/accepted.yaml')
    const folder = inputs.snapshots.path
    const { checks, periods, ...counts } = await withDuckDB(
      (db) => validate({ db, folder, definition }, as_of, accepted),
      signal,
    )
    const failed = checks.filter((outcome) => !outcome.passed)
    const figures = { as_of, ...counts, checks: checks.length, failed: failed.length }
    const plausibility = failed.length > 0 ? undefined : plausibilityOf(periods)
    await outputs.validation.write({
      ...figures,
      outcomes: checks,
      ...(plausibility && { plausibility }),
    })
    metrics({ ...figures, plausibility: plausibility?.outcome ?? 'refused' })
    showChecks(show, checks)
    showFindings(show, periods)
    showProfiles(show, periods)
    const error = errorOf(failed.map((outcome) => problemOf(as_of, outcome))) ?? suspicion(periods)
    if (error !== undefined) throw error
    log(`${counted(checks.length, 'check')} hold, ${counted(periods.length, 'period')} plausible`)
  },
})

interface Findings {
  readonly checks: readonly CheckOutcome[]
  /** The periods up to as_of, each beside those before it; none where a check fails. */
  readonly periods: readonly JudgedPeriod[]
  /** Rows of the entity's table. */
  readonly rows: number
  /** Share of positive labels; null where none is known. */
  readonly label_share: number | null
}

async function validate(
  stored: Parameters<typeof judgePeriods>[0],
  asOf: string,
  accepted: readonly Acceptance[],
): Promise<Findings> {
  const { db, folder, definition } = stored
  const opened = await openPeriod(db, folder, definition, asOf)
  // Without the declared columns the other checks have nothing to stand on.
  if (opened.some((outcome) => !outcome.passed)) {
    return { checks: opened, periods: [], rows: 0, label_share: null }
  }
  const checks = [...opened, ...(await checkPeriod(db, folder, definition, asOf))]
  const sound = checks.every((outcome) => outcome.passed)
  return {
    checks,
    periods: sound ? await judgePeriods(stored, asOf, accepted) : [],
    rows: await count(db, periodTable(definition.entity.table)),
    label_share: await labelShare(db, definition),
  }
}

async function labelShare(db: DuckDBConnection, definition: Definition): Promise<number | null> {
  const { known, positive } = await countLabels(db, definition)
  return known === 0 ? null : positive / known
}

function plausibilityOf(periods: readonly JudgedPeriod[]): NonNullable<Validation['plausibility']> {
  const outcomes = periods.map(({ outcome }) => outcome)
  const worst = (['suspicious', 'accepted'] as const).find((one) => outcomes.includes(one))
  return {
    outcome: worst ?? 'fine',
    periods: periods.map(({ asOf }) => asOf),
    findings: periods.flatMap(({ asOf, findings }) =>
      findings.map(({ figure, table, column, expected, found, accepted }) => ({
        ...{ period: asOf, figure, table, column, expected, found },
        accepted: accepted?.reason ?? null,
      })),
    ),
  }
}

/** A failed check as a problem of the period. */
function problemOf(asOf: string, outcome: CheckOutcome): DataProblem {
  const column = outcome.column === null ? '' : `, column ${outcome.column}`
  return {
    code: outcome.check,
    where: `${asOf}, table ${outcome.table}${column}`,
    message: `expected ${outcome.expects}; ${outcome.found}`,
    hint: outcome.hint ?? 'correct the exports, or the data set file if it promises too much',
  }
}
