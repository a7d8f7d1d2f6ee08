/**
 * Does this period call for a new model? Without a model of an earlier period in Production: yes, to
 * begin with (bootstrap). Otherwise yes if the drift share has reached the threshold (retrain), and no
 * if it has not (none): then the stages after this one are skipped and what they made stays.
 */
import { Type } from '@sinclair/typebox'
import { Decision, Drift } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { decide } from '@weir/ml/decisions'
import { defineStage, json, StageError } from '@weir/runner'
import { rounded } from './charts/figures.ts'
import { incumbent, versionIn } from './models/registered-version.ts'

export default defineStage({
  title: 'Decide whether to train',
  params: {
    as_of: AsOf,
    /** The drift share from which on a new model is trained. */
    drift: Type.Object({ threshold: Type.Number({ minimum: 0, maximum: 1 }) }),
  },
  inputs: { drift: json('artifacts/drift.json', Drift), incumbent },
  outputs: { decision: json('artifacts/decision.json', Decision) },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const drift = ofPeriod(await inputs.drift.read(), params.as_of)
    const standing = versionIn(await inputs.incumbent.read())
    const { threshold } = params.drift
    const { action, retrain, reason } = decide({
      asOf: params.as_of,
      incumbent: standing !== null,
      labelled: { period: params.as_of, lastUsed: null },
      performance: null,
      drift: drift.drift_share === null ? null : { share: drift.drift_share, threshold },
      target:
        drift.target_drift === null
          ? null
          : { difference: drift.target_drift, p: null, matters: 0 },
      calibration: null,
      age: null,
      asked: [],
      acknowledged: [],
    })
    const figures = {
      drift_share: drift.drift_share,
      threshold,
      target_drift: drift.target_drift,
    }
    await outputs.decision.write({ as_of: params.as_of, action, retrain, reason, ...figures })
    metrics({ action, ...figures })
    show.table({
      columns: ['in Production before', 'drift share', 'threshold', 'target drift', 'decision'],
      rows: [
        [
          standing === null ? 'none' : `version ${standing.version}, ${standing.as_of}`,
          rounded(drift.drift_share),
          threshold,
          rounded(drift.target_drift),
          action,
        ],
      ],
    })
    log(reason)
  },
})

function ofPeriod(drift: Drift, asOf: string): Drift {
  if (drift.current === asOf) return drift
  throw new StageError(
    'DRIFT_OTHER_PERIOD',
    `drift was measured for ${drift.current}, not ${asOf}`,
    {
      where: 'artifacts/drift.json',
      hint: 'run the stage drift for this period',
    },
  )
}
