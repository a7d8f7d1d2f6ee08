/**
 * Does this period call for a new model? Without a model of an earlier period in Production: yes, to
 * begin with (bootstrap). Otherwise yes if the drift share has reached the threshold (retrain), and no
 * if it has not (none): then the stages after this one are skipped and what they made stays.
 */
import { type Static, Type } from '@sinclair/typebox'
import { Decision, Drift } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { readJson, writeJson } from '@weir/formats/json-file'
import { decide } from '@weir/ml/decisions'
import { defineStage, type StageContext, StageError } from '@weir/runner'
import { rounded } from './charts/figures.ts'
import { readRegisteredVersion } from './models/registered-version.ts'

const params = Type.Object({
  as_of: AsOf,
  /** The drift share from which on a new model is trained. */
  drift: Type.Object({ threshold: Type.Number({ minimum: 0, maximum: 1 }) }),
})
type Params = Static<typeof params>

const DRIFT = 'artifacts/drift.json'
const RESULT = 'artifacts/decision.json'

export default defineStage({ title: 'Decide whether to train', params, run })

async function run(context: StageContext<Params>): Promise<void> {
  const { params, input, inputs, output, metrics, show, log } = context
  const drift = await readDrift(input(DRIFT), params.as_of)
  const incumbent = await readRegisteredVersion(inputs, 'incumbent')
  const { threshold } = params.drift
  const { action, retrain, reason } = decide({
    incumbent: incumbent !== null,
    driftShare: drift.drift_share,
    threshold,
    targetDrift: drift.target_drift,
  })
  const figures = {
    drift_share: drift.drift_share,
    threshold,
    target_drift: drift.target_drift,
  }
  const decision: Decision = { as_of: params.as_of, action, retrain, reason, ...figures }
  await writeJson(output(RESULT), Decision, decision, RESULT)
  metrics({ action, ...figures })
  show.table({
    columns: ['in Production before', 'drift share', 'threshold', 'target drift', 'decision'],
    rows: [
      [
        incumbent === null ? 'none' : `version ${incumbent.version}, ${incumbent.as_of}`,
        rounded(drift.drift_share),
        threshold,
        rounded(drift.target_drift),
        action,
      ],
    ],
  })
  log(reason)
}

async function readDrift(path: string, asOf: string): Promise<Drift> {
  const drift = await readJson(path, Drift, DRIFT)
  if (drift.current === asOf) return drift
  throw new StageError(
    'DRIFT_OTHER_PERIOD',
    `drift was measured for ${drift.current}, not ${asOf}`,
    {
      where: DRIFT,
      hint: 'run the stage drift for this period',
    },
  )
}
