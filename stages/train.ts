/**
 * Trains a candidate on the users of the period that are not held out.
 *
 * Numbers are cut into pieces at their quantiles, each with a slope of its own, so that even a
 * logistic regression follows curves; a blank is a value of its own. The training users are dealt
 * into folds. Each member of the ensemble is trained once a fold, on the other folds, and stopped by
 * this one; the model averages them all. Its probabilities are calibrated and its threshold is chosen
 * on the scores that each user got from the members that never saw it: the held-out users play no part.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { type Static, Type } from '@sinclair/typebox'
import { AsOf } from '@weir/formats/as-of'
import { Split, type Training } from '@weir/formats/bundle'
import { featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { makeExamples } from '@weir/ml/bundle'
import { rowsAt } from '@weir/ml/encoding'
import { confusion, confusionFigures, logLoss, rocAuc } from '@weir/ml/metrics'
import { probabilities } from '@weir/ml/model'
import { profileOf } from '@weir/ml/profile'
import { type Trained, TrainingError, TrainParams, train } from '@weir/ml/training'
import { writeBundle } from '@weir/registry/write-bundle'
import { defineStage, type StageContext, StageError } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { lossCharts, membersTable } from './charts/training-charts.ts'
import { readyTensorFlow } from './models/tensorflow.ts'
import { readFrame } from './periods/frame.ts'
import { type TrainingRows, trainingRows } from './periods/training-rows.ts'

const params = Type.Object({
  as_of: AsOf,
  seed: Type.Integer(),
  data: Type.Object({ definition: Type.String() }),
  split: Split,
  train: TrainParams,
  promote: Type.Object({ name: Type.String({ minLength: 1 }) }),
})
type Params = Static<typeof params>

const CANDIDATE = 'artifacts/candidate'
/** Rows with their expected outputs that the bundle carries. */
const EXAMPLES = 20

export default defineStage({ title: 'Train a candidate', params, run })

async function run(context: StageContext<Params>): Promise<void> {
  const { params, input, output, metrics, show, log } = context
  const definition = await readDefinition(input(params.data.definition))
  const features = featureSpecs(definition)
  const folder = input('artifacts/features')
  const frame = await readFrame(folder, params.as_of, features)
  const rows = trainingRows(frame, params.split)
  log(`as_of=${params.as_of} model=${params.train.members.join('+')} rows=${rows.labels.length}`)
  const set = { asOf: params.as_of, features, ...rows }
  const trained = await trainCandidate(context, set, definition.entity.key)
  const figures = figuresOf(trained, rows)
  await writeBundle(output(CANDIDATE), {
    name: params.promote.name,
    as_of: params.as_of,
    files: {
      'model.json': trained.model,
      'reference.json': profileOf(features, rows.columns),
      'examples.json': makeExamples(
        trained.model,
        rowsAt(rows.columns, spread(rows.labels.length, EXAMPLES)),
      ),
      'split.json': { held_out: params.split.held_out, salt: params.split.salt },
      'training.json': figures,
    },
  })
  metrics(figures)
  showBlocks(show, [membersTable(trained.members), ...lossCharts(trained.members)])
  log(
    `val_auc=${figure(figures.val_auc)} val_f1=${figure(figures.val_f1)} val_accuracy=${figure(figures.val_accuracy)}`,
  )
}

/** Trains with progress by epoch; between epochs messages and an interruption get their turn. */
async function trainCandidate(
  { params, progress, signal }: StageContext<Params>,
  set: Parameters<typeof train>[0],
  entity: string,
): Promise<Trained> {
  const naming = { name: params.promote.name, entity }
  const total = params.train.members.length * params.train.folds
  const begun = new Set<string>()
  await readyTensorFlow()
  try {
    return await train(set, naming, params.train, params.seed, {
      signal,
      onEpoch: async (member, { epoch, validationLoss }) => {
        begun.add(member)
        const note = `${member}, epoch ${epoch}, validation loss ${validationLoss.toFixed(4)}`
        const through = Math.min(1, epoch / params.train.epochs)
        progress({ done: begun.size - 1 + through, total, unit: 'members', note })
        await breathe()
      },
    })
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error
    const where = `features ${params.as_of}`
    throw new StageError(error.code, error.message, { where, hint: error.hint })
  }
}

/** `val_*` are out of fold: of each training user by members that were not trained on it. */
function figuresOf(trained: Trained, { columns, labels, unlabelled }: TrainingRows): Training {
  const { model, outOfFold, members } = trained
  const inSample = probabilities(model, columns)
  const called = confusionFigures(confusion(outOfFold, labels, model.threshold))
  return {
    as_of: model.as_of,
    model_type: [...new Set(members.map(({ kind }) => kind))].join('+'),
    rows: labels.length,
    positives: labels.filter((label) => label === 1).length,
    unlabelled,
    columns: model.encoder.center.length,
    members: members.length,
    val_auc: rocAuc(outOfFold, labels),
    val_log_loss: logLoss(outOfFold, labels),
    val_f1: called.f1,
    val_accuracy: called.accuracy,
    train_auc: rocAuc(inSample, labels),
    train_log_loss: logLoss(inSample, labels),
    threshold: model.threshold,
    best_epochs: members.map(({ bestEpoch }) => bestEpoch).join(' '),
  }
}

/** At most `n` of some rows, evenly spread. */
function spread(rows: number, n: number): number[] {
  const step = Math.max(1, rows / n)
  const positions = Array.from({ length: rows }, (_, i) => i)
  return positions.filter((i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
}

function figure(value: number): string {
  return value.toFixed(4)
}
