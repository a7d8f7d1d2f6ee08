/**
 * Months of made-up exports, for users without data of their own: the tables that the data set's definition
 * names, with the marginals and the quirks of the real StreamFlow exports (blank plans without an
 * internet service, a blank total before the first bill, a constant column).
 *
 * The truth is known: each user churns with a probability that is a logistic function of their
 * features, and that probability's own AUC is what the best of models could attain. A month may
 * shift what users do (`shifts`, in standard deviations) and what makes them leave (`concept`).
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from '@weir/formats/as-of'
import type { Definition } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import {
  attainableAuc,
  type Shifts,
  simulateMonth,
  termNames,
  truthOf,
  type UserMonth,
  type Writer,
  writers,
} from '@weir/ml/simulate'
import { defineStage, file, folder, type Show, type StageContext, StageError } from '@weir/runner'
import { type LineWriter, openLines } from '@weir/tables/csv-writer'

const Shift = Type.Optional(Type.Number({ description: 'in standard deviations of the column' }))

const Month = Type.Object(
  {
    as_of: AsOf,
    /** How far the truth has moved: 0 (default) the first truth, 1 the second. */
    concept: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    shifts: Type.Optional(
      Type.Object(
        {
          watch_hours_30d: Shift,
          rebuffer_events_7d: Shift,
          failed_payments_90d: Shift,
          support_tickets_90d: Shift,
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const Plan = Type.Object(
  {
    users: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    months: Type.Array(Month, { minItems: 1 }),
  },
  { additionalProperties: false },
)
type Plan = Static<typeof Plan>

/** Bins of true probability in the chart. */
const BINS = 20

interface MonthSummary {
  readonly asOf: string
  readonly concept: number
  readonly shifts: Shifts
  readonly probabilities: Float64Array
  readonly churned: number
}

export default defineStage({
  title: 'Simulate months of exports',
  params: { seed: Type.Integer(), simulate: Plan },
  inputs: { definition: file('data/streamflow.yaml') },
  outputs: { simulated: folder('simulated') },
  async run({ params, inputs, outputs, show, log, progress, signal }) {
    const { seed, simulate } = params
    const tables = writersOf(await readDefinition(inputs.definition.path))
    const folder = outputs.simulated.path
    const summaries: MonthSummary[] = []
    for (const at of simulate.months.keys()) {
      summaries.push(await writeMonth(simulate, seed, at, tables, folder, { progress, signal }))
    }
    showStory(show, summaries)
    log(`${simulate.months.length} months of ${simulate.users} users`)
  },
})

type TableWriters = readonly { readonly table: string; readonly columns: [string, Writer][] }[]

/** How to write each column that the definition names. */
function writersOf(definition: Definition): TableWriters {
  return definition.tables.map(({ name, columns }) => ({
    table: name,
    columns: columns.map((column): [string, Writer] => {
      const writer = writers[name]?.[column.name]
      if (writer !== undefined) return [column.name, writer]
      throw new StageError('SIMULATE_UNKNOWN_COLUMN', 'made-up data has no such column', {
        where: `table ${name}, column ${column.name}`,
        hint: 'for data of your own, put its folder into data.source',
      })
    }),
  }))
}

async function writeMonth(
  { users, months }: Plan,
  seed: number,
  at: number,
  tables: TableWriters,
  folder: string,
  { progress, signal }: Pick<StageContext<unknown>, 'progress' | 'signal'>,
): Promise<MonthSummary> {
  const [first, month] = [months[0], months[at]]
  if (first === undefined || month === undefined) throw new RangeError(`no month ${at}`)
  const { as_of: asOf, concept = 0, shifts = {} } = month
  const plan = { seed, users, month: at, start: first.as_of, concept, shifts }
  const lines = await openTables(tables, join(folder, asOf))
  const probabilities = new Float64Array(users)
  let [done, churned] = [0, 0]
  for (const row of simulateMonth(plan)) {
    for (const [t, { columns }] of tables.entries()) {
      const full = lines[t]?.write(lineOf(columns, row))
      if (full !== undefined) await full
    }
    probabilities[done++] = row.probability
    churned += Number(row.churned)
    if (done % 10_000 === 0) {
      signal.throwIfAborted()
      progress({ done: at * users + done, total: months.length * users, unit: 'rows', note: asOf })
    }
  }
  await Promise.all(lines.map((file) => file.close()))
  return { asOf, concept, shifts, probabilities, churned }
}

async function openTables(tables: TableWriters, folder: string): Promise<LineWriter[]> {
  await mkdir(folder, { recursive: true })
  return tables.map(({ table, columns }) => {
    const file = openLines(join(folder, `${table}.csv`))
    file.write(columns.map(([name]) => name).join(','))
    return file
  })
}

function lineOf(columns: readonly [string, Writer][], row: UserMonth): string {
  let line = ''
  for (const [, writer] of columns) line += `${line === '' ? '' : ','}${writer(row)}`
  return line
}

function showStory(show: Show, months: readonly MonthSummary[]): void {
  show.table({
    caption: 'The months, and the AUC that their true probabilities attain',
    columns: ['as_of', 'concept', 'shifted (sd)', 'churn share', 'attainable AUC'],
    rows: months.map((month) => [
      month.asOf,
      month.concept,
      Object.entries(month.shifts)
        .map(([column, sd]) => `${column} ${sd}`)
        .join(', '),
      (month.churned / month.probabilities.length).toFixed(4),
      attainableAuc(month.probabilities).toFixed(4),
    ]),
  })
  const truths = months.map((month) => truthOf(month.concept))
  show.table({
    caption: 'The truth: coefficients of the logit; numbers are standardised',
    columns: ['term', ...months.map((month) => month.asOf)],
    rows: termNames.map((term) => [term, ...truths.map((truth) => truth[term].toFixed(3))]),
  })
  show.chart(probabilityChart(months), {
    title: 'True probability of churn',
    alt: 'How many users have which true probability of churn, one line a month',
  })
}

function probabilityChart(months: readonly MonthSummary[]): Record<string, unknown> {
  const values = months.flatMap(({ asOf, probabilities }) => {
    const counts = new Array<number>(BINS).fill(0)
    for (const p of probabilities) {
      const bin = Math.min(BINS - 1, Math.floor(p * BINS))
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    return counts.map((users, bin) => ({ month: asOf, probability: (bin + 0.5) / BINS, users }))
  })
  return {
    data: { values },
    mark: { type: 'line', interpolate: 'step' },
    encoding: {
      x: { field: 'probability', type: 'quantitative', title: 'true probability' },
      y: { field: 'users', type: 'quantitative' },
      color: { field: 'month', type: 'nominal' },
    },
  }
}
