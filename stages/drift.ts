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
import { featureSpecs } from '../ml/definition.ts'
import { MethodError } from '../ml/drift/column.ts'
import { driftColumns, scoreDataset, targetDrift } from '../ml/drift/dataset.ts'
import { METHOD_NAMES } from '../ml/drift/method.ts'
import { nearest } from '../ml/nearest.ts'
import { defineStage, renderReport, StageError, type StageContext } from '../runner/api.ts'
import { showBlocks } from './io/blocks.ts'
import { readDefinition } from './io/definition.ts'
import { referencePeriod } from './io/drift-reference.ts'
import { type DriftReport, driftBlocks, driftLead } from './io/drift-report.ts'
import { listPeriods, readFrame } from './io/frame.ts'
import { writeJson } from './io/json-file.ts'
import { readRegisteredVersion } from './io/registry-input.ts'

const Choice = Type.Object(
  {
    method: Type.Optional(Type.Union(METHOD_NAMES.map((name) => Type.Literal(name)))),
    threshold: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)

export const params = Type.Object({
  as_of: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  data: Type.Object({ definition: Type.String() }),
  drift: Type.Object(
    {
      /** Drift share from which on a new model is trained. */
      threshold: Type.Number({ minimum: 0, maximum: 1 }),
      /** `production`, `previous`, or the date of a period. */
      reference: Type.String({ pattern: '^(production|previous|\\d{4}-\\d{2}-\\d{2})$' }),
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
