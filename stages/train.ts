/**
 * Trains a candidate on the users of the newest labelled period that are not held out.
 *
 * Numbers are cut into pieces at their quantiles, each with a slope of its own, so that even a
 * logistic regression follows curves; a blank is a value of its own. The training users are dealt
 * into folds. Each member of the ensemble is trained once a fold, on the other folds, and stopped by
 * this one; the model averages them all. Its probabilities are calibrated and its threshold is chosen
 * on the scores that each user got from the members that never saw it: the held-out users play no part.
 */
import { setImmediate as breathe } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { AsOf } from '@weir/formats/as-of'
import { Split, Training } from '@weir/formats/bundle'
import { type Definition, featureSpecs } from '@weir/formats/definition'
import { readDefinition } from '@weir/formats/definition-file'
import { makeExamples } from '@weir/ml/bundle'
import { rowsAt } from '@weir/ml/encoding'
import { confusion, confusionFigures, logLoss, rocAuc } from '@weir/ml/metrics'
import { probabilities } from '@weir/ml/model'
import { profileOf } from '@weir/ml/profile'
import { type Trained, TrainingError, TrainParams, train } from '@weir/ml/training'
import { writeBundle } from '@weir/registry/write-bundle'
import { defineStage, file, folder, json, type StageContext, StageError } from '@weir/runner'
import { showBlocks } from './charts/blocks.ts'
import { lossCharts, membersTable } from './charts/training-charts.ts'
import { readyTensorFlow } from './models/tensorflow.ts'
import { readFrame } from './periods/frame.ts'
import { labelledPeriod } from './periods/labelled-period.ts'
import { type TrainingRows, trainingRows } from './periods/training-rows.ts'

/** Rows with their expected outputs that the bundle carries. */
const EXAMPLES = 20

export default defineStage({
  title: 'Train a candidate',
  params: {
    as_of: AsOf,
    seed: Type.Integer(),
    data: Type.Object({ definition: Type.String() }),
    split: Split,
    train: TrainParams,
    promote: Type.Object({ name: Type.String({ minLength: 1 }) }),
  },
  inputs: { definition: file('${data.definition}'), features: folder('artifacts/features') },
  outputs: {
    candidate: folder('artifacts/candidate'),
    training: json('artifacts/training.json', Training),
  },
  async run({ params, inputs, outputs, metrics, show, log, progress, signal }) {
    const { split, promote } = params
    const definition = await readDefinition(inputs.definition.path)
    const features = featureSpecs(definition)
    const asOf = await periodToLearn(inputs.features.path, params.as_of, definition)
    const rows = trainingRows(await readFrame(inputs.features.path, asOf, features), split)
    log(`as_of=${asOf} model=${params.train.members.join('+')} rows=${rows.labels.length}`)
    const set = { asOf, features, ...rows }
    const naming = { name: promote.name, entity: definition.entity.key }
    const trained = await trainCandidate(params, set, naming, { progress, signal })
    const figures = figuresOf(trained, rows)
    const examples = rowsAt(rows.columns, spread(rows.labels.length, EXAMPLES))
    await writeBundle(outputs.candidate.path, {
      name: promote.name,
      as_of: asOf,
      files: {
        'model.json': trained.model,
        'reference.json': profileOf(features, rows.columns),
        'examples.json': makeExamples(trained.model, examples),
        'split.json': { held_out: split.held_out, salt: split.salt },
        'training.json': figures,
      },
    })
    await outputs.training.write(figures)
    metrics(figures)
    showBlocks(show, [membersTable(trained.members), ...lossCharts(trained.members)])
    log(
      `val_auc=${figure(figures.val_auc)} val_f1=${figure(figures.val_f1)} val_accuracy=${figure(figures.val_accuracy)}`,
    )
  },
})

/** The newest period whose labels are complete enough. */
async function periodToLearn(
  features: string,
  asOf: string,
  { label }: Definition,
): Promise<string> {
  const found = await labelledPeriod(features, asOf, label.complete)
  if (found !== null) return found.asOf
  throw new StageError('NO_LABELS', `no period up to ${asOf} has its labels`, {
    where: `features ${asOf}`,
    hint: `a period counts when ${100 * label.complete} % of its entities have a label (label.complete)`,
  })
}

/** Trains with progress by epoch; between epochs messages and an interruption get their turn. */
async function trainCandidate(
  params: { readonly seed: number; readonly train: TrainParams },
  set: Parameters<typeof train>[0],
  naming: Parameters<typeof train>[1],
  { progress, signal }: Pick<StageContext<unknown>, 'progress' | 'signal'>,
): Promise<Trained> {
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
    const where = `features ${set.asOf}`
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
