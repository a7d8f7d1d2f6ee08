/**
 * Has the world moved since the model learned it? Every feature and the target of the current period
 * is compared with the same column of a reference period, by default the one that the model in
 * Production was trained on. The key of the rows never counts.
 *
 * How to read it: a column has drifted when its bar reaches 1. Distances (wasserstein, jensenshannon,
 * psi…) drift when they reach their threshold, tests (ks, chisquare, z…) when their p-value falls
 * below it. The drift share is the part of the columns that drifted; when it reaches
 * `drift.threshold`, the next stage asks for a new model. Blank values are left out of the comparison.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { nearest } from '@weir/base/nearest'
import { Drift } from '@weir/formats/artifacts'
import { AsOf, asOfOr } from '@weir/formats/as-of'
import { featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { writeJson } from '@weir/formats/json-file'
import {
  type DatasetDrift,
  type DriftColumn,
  driftColumns,
  METHOD_NAMES,
  MethodError,
  scoreDataset,
  targetDrift,
} from '@weir/ml/drift'
import { type Block, defineStage, renderReport, type StageContext, StageError } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { type DriftReport, driftBlocks, driftLead, noReference } from './charts/drift-report.ts'
import { readRegisteredVersion } from './models/registered-version.ts'
import { referencePeriod } from './periods/drift-reference.ts'
import { listPeriods, readFrame } from './periods/frame.ts'

const Choice = Type.Object(
  {
    method: Type.Optional(Type.Union(METHOD_NAMES.map((name) => Type.Literal(name)))),
    threshold: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)

const params = Type.Object({
  as_of: AsOf,
  data: Type.Object({ definition: Type.String() }),
  drift: Type.Object(
    {
      /** Drift share from which on a new model is trained. */
      threshold: Type.Number({ minimum: 0, maximum: 1 }),
      /** `production`, `previous`, or the date of a period. */
      reference: asOfOr('production', 'previous'),
      /** Method and threshold of a column's score: for all, for one type, for one column. */
      all: Type.Optional(Choice),
      types: Type.Optional(
        Type.Object(
          { numeric: Type.Optional(Choice), categorical: Type.Optional(Choice) },
          { additionalProperties: false },
        ),
      ),
      columns: Type.Optional(Type.Record(Type.String(), Choice)),
      correction: Type.Optional(
        Type.Union([Type.Literal('none'), Type.Literal('benjamini_hochberg')]),
      ),
    },
    { additionalProperties: false },
  ),
})
type Params = Static<typeof params>

export default defineStage({ title: 'Compare the period with the reference', params, run })

const REPORTS = 'reports/drift'
const RESULT = 'artifacts/drift.json'

async function run(context: StageContext<Params>): Promise<void> {
  const { params, input, inputs, metrics, show, log } = context
  const features = input('artifacts/features')
  const incumbent = await readRegisteredVersion(inputs, 'incumbent')
  const periods = await listPeriods(features)
  const reference = referencePeriod(params.drift.reference, params.as_of, periods, incumbent)
  const { report, columns } = await compare(context, features, reference)
  const blocks = driftBlocks(report, columns)
  await writeReports(context, report, blocks)
  showBlocks(show, blocks)
  const { drift_share, target_drift, drifted } = report
  metrics({ reference, drift_share, target_drift, drifted, columns: report.columns.length })
  log(driftLead(report))
}

interface Comparison {
  readonly report: DriftReport
  readonly columns: readonly DriftColumn[]
}

async function compare(
  { params, input }: StageContext<Params>,
  featuresDir: string,
  reference: string | null,
): Promise<Comparison> {
  const { as_of: current, drift: settings } = params
  const definition = await readDefinition(input(params.data.definition))
  const features = featureSpecs(definition)
  const target = definition.label.column
  checkNames(settings.columns, [...features.map(({ name }) => name), target])
  if (reference === null) return { report: noReference(current, settings.threshold), columns: [] }
  const before = await readFrame(featuresDir, reference, features)
  const after = await readFrame(featuresDir, current, features)
  const columns = driftColumns(features, target, before, after)
  const scored = score(columns, settings)
  const report = {
    reference,
    current,
    drift_share: scored.drift_share,
    threshold: settings.threshold,
    target_drift: targetDrift(before.labels, after.labels),
    drifted: scored.drifted,
    columns: scored.columns,
  }
  return { report, columns }
}

/** A setting for a column that does not exist is a slip of the pen, not a wish to be ignored. */
function checkNames(settings: Params['drift']['columns'], known: readonly string[]): void {
  for (const name of Object.keys(settings ?? {})) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    throw new StageError('DRIFT_COLUMN_UNKNOWN', `there is no feature or target ${name}`, {
      where: `params drift.columns.${name}`,
      param: `drift.columns.${name}`,
      hint: near === undefined ? `there are: ${known.join(', ')}` : `did you mean ${near}?`,
    })
  }
}

function score(columns: readonly DriftColumn[], settings: Params['drift']): DatasetDrift {
  try {
    const { all, types, columns: own, correction } = settings
    return scoreDataset(columns, { all, types, columns: own, correction })
  } catch (error) {
    if (!(error instanceof MethodError)) throw error
    throw new StageError('DRIFT_METHOD_NEEDS_NUMBERS', error.message, {
      where: 'params drift',
      param: 'drift',
      hint: 'set it under drift.types.numeric, or choose another one for this column',
    })
  }
}

async function writeReports(
  { output }: StageContext<Params>,
  report: DriftReport,
  blocks: readonly Block[],
): Promise<void> {
  const folder = output(REPORTS)
  const path = join(folder, `drift_${report.reference ?? 'none'}_vs_${report.current}`)
  const title = `Drift: ${report.reference ?? 'no reference'} against ${report.current}`
  const section = { id: 'drift', title: 'What moved', blocks }
  await mkdir(folder, { recursive: true })
  await writeFile(`${path}.html`, await renderReport({ title, sections: [section] }))
  await writeJson(`${path}.json`, Drift, report, RESULT)
  await writeJson(output(RESULT), Drift, report, RESULT)
}
