/**
 * Has the world moved since the model learned it? Every feature and the target of the current period
 * is compared with the same column of a reference period, by default the one that the model in
 * Production was trained on. The key of the rows never counts.
 *
 * How to read it: a column has drifted when its change is both significant (a test, with all p-values of the
 * period adjusted together) and of a size that matters (its bar reaches 1); or when the same holds of its blanks.
 * Each row says why. The drift share is the part of the columns that drifted; when it reaches
 * `drift.threshold`, the next stage asks for a new model. With `drift.preset: evidently` a column drifts by
 * the one score and threshold that Evidently gives it.
 */
import { type Static, Type } from '@sinclair/typebox'
import { nearest } from '@weir/base'
import { DRIFT_PRESETS, Drift, type DriftPreset } from '@weir/formats/artifacts'
import { AsOf, asOfOr } from '@weir/formats/as-of'
import { featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { documentText } from '@weir/formats/document'
import { datasetDrift, METHOD_NAMES, MethodError } from '@weir/ml/drift'
import { type Block, defineStage, file, folder, json, renderReport, StageError } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import {
  type DriftReport,
  type DriftView,
  driftBlocks,
  driftLead,
  noReference,
} from './charts/drift-report.ts'
import { incumbent, versionIn } from './models/registered-version.ts'
import { type Compared, type Comparison, compareColumns } from './periods/compare-columns.ts'
import { referencePeriod } from './periods/drift-reference.ts'
import { listPeriods } from './periods/frame.ts'
import { recentMonths } from './periods/recent-months.ts'

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
    /** `weir`: significant and of a size that matters; `evidently`: its scores and thresholds. */
    preset: Type.Optional(Type.Union(DRIFT_PRESETS.map((name) => Type.Literal(name)))),
    /** Level of the tests of the rule `weir`: the share of quiet periods in which it may be wrong. */
    alpha: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
    /** The difference of the label's rates from which on it matters. */
    target: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
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
    seed: Type.Integer(),
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
    const folder = inputs.features.path
    const periods = await listPeriods(folder)
    const reference = referencePeriod(params.drift.reference, params.as_of, periods, standing)
    const definition = await readDefinition(inputs.definition.path)
    const [features, target] = [featureSpecs(definition), definition.label.column]
    checkNames(params.drift.columns, [...features.map(({ name }) => name), target])
    const settings = { preset: 'weir', ...params.drift, seed: params.seed } as const
    const view =
      reference === null
        ? noReference(params.as_of, settings)
        : await compare({ folder, reference, current: params.as_of, features, target }, settings)
    const { report } = view
    const blocks = driftBlocks(view)
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

type Wish = Settings & { readonly preset: DriftPreset; readonly seed: number }

async function compare(comparison: Comparison, settings: Wish): Promise<DriftView> {
  const { columns: compared, target, classifier } = await measure(comparison, settings)
  const { columns, drifted, drift_share } = datasetDrift(
    compared.map(({ measured }) => measured),
    settings,
  )
  const { reference, current } = comparison
  const { preset, threshold } = settings
  const target_drift = target?.difference ?? null
  const report = {
    ...{ reference, current, preset, drift_share, threshold, target_drift, target },
    ...{ classifier, drifted, columns },
  }
  const figures = compared.map(({ figures: own }) => own)
  return { report, figures, months: await recentMonths(comparison, figures) }
}

async function measure(comparison: Comparison, settings: Wish): Promise<Compared> {
  try {
    return await compareColumns(comparison, settings, settings.target)
  } catch (error) {
    if (!(error instanceof MethodError)) throw error
    throw new StageError('DRIFT_METHOD_UNFIT', error.message, {
      where: `params drift, column ${error.column}`,
      param: 'drift',
      hint: 'set it under drift.types.numeric, or choose another one for this column',
    })
  }
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

function pageOf(report: DriftReport, blocks: readonly Block[]): Promise<string> {
  const title = `Drift: ${report.reference ?? 'no reference'} against ${report.current}`
  return renderReport({ title, sections: [{ id: 'drift', title: 'What moved', blocks }] })
}
