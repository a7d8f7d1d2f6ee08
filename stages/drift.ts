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
import { type Static, Type } from '@sinclair/typebox'
import { nearest } from '@weir/base'
import { Drift } from '@weir/formats/artifacts'
import { AsOf, asOfOr } from '@weir/formats/as-of'
import { type Definition, featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { documentText } from '@weir/formats/document'
import {
  type DatasetDrift,
  type DriftColumn,
  driftColumns,
  METHOD_NAMES,
  MethodError,
  scoreDataset,
  targetDrift,
} from '@weir/ml/drift'
import { type Block, defineStage, file, folder, json, renderReport, StageError } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { type DriftReport, driftBlocks, driftLead, noReference } from './charts/drift-report.ts'
import { incumbent, versionIn } from './models/registered-version.ts'
import { referencePeriod } from './periods/drift-reference.ts'
import { listPeriods, readFrame } from './periods/frame.ts'

const Choice = Type.Object(
  {
    method: Type.Optional(Type.Union(METHOD_NAMES.map((name) => Type.Literal(name)))),
    threshold: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)

const Settings = Type.Object(
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
)
type Settings = Static<typeof Settings>

export default defineStage({
  title: 'Compare the period with the reference',
  params: {
    as_of: AsOf,
    data: Type.Object({ definition: Type.String() }),
    drift: Settings,
  },
  inputs: {
    definition: file('${data.definition}'),
    features: folder('artifacts/features'),
    incumbent,
  },
  outputs: { reports: folder('reports/drift'), drift: json('artifacts/drift.json', Drift) },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const standing = versionIn(await inputs.incumbent.read())
    const periods = await listPeriods(inputs.features.path)
    const reference = referencePeriod(params.drift.reference, params.as_of, periods, standing)
    const definition = await readDefinition(inputs.definition.path)
    const { path } = inputs.features
    const { report, columns } = await compare(
      definition,
      path,
      params.as_of,
      reference,
      params.drift,
    )
    const blocks = driftBlocks(report, columns)
    const name = `drift_${reference ?? 'none'}_vs_${report.current}`
    await outputs.reports.write(`${name}.html`, await pageOf(report, blocks))
    await outputs.reports.write(`${name}.json`, documentText(Drift, report, name))
    await outputs.drift.write(report)
    showBlocks(show, blocks)
    const { drift_share, target_drift, drifted } = report
    metrics({ reference, drift_share, target_drift, drifted, columns: report.columns.length })
    log(driftLead(report))
  },
})

interface Comparison {
  readonly report: DriftReport
  readonly columns: readonly DriftColumn[]
}

async function compare(
  definition: Definition,
  featuresDir: string,
  current: string,
  reference: string | null,
  settings: Settings,
): Promise<Comparison> {
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
function checkNames(settings: Settings['columns'], known: readonly string[]): void {
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

function score(columns: readonly DriftColumn[], settings: Settings): DatasetDrift {
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

function pageOf(report: DriftReport, blocks: readonly Block[]): Promise<string> {
  const title = `Drift: ${report.reference ?? 'no reference'} against ${report.current}`
  return renderReport({ title, sections: [{ id: 'drift', title: 'What moved', blocks }] })
}
