// The knobs of training: the schema of `train:` in params.yaml.
import { type Static, Type } from '@sinclair/typebox'

const closed = { additionalProperties: false }

export const LogisticParams = Type.Object(
  {
    l2: Type.Number({
      minimum: 0,
      description: 'penalty a squared weight, added to the mean loss',
    }),
    weight: Type.Number({ exclusiveMinimum: 0, description: 'share in the mean of the members' }),
  },
  closed,
)

export const MlpParams = Type.Object(
  {
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 1024 }), { minItems: 1, maxItems: 8 }),
    activation: Type.Union([Type.Literal('relu'), Type.Literal('tanh')]),
    dropout: Type.Number({
      minimum: 0,
      maximum: 0.95,
      description: 'share of hidden units left out',
    }),
    l2: Type.Number({ minimum: 0 }),
    weight: Type.Number({ exclusiveMinimum: 0 }),
  },
  closed,
)

export const TrainParams = Type.Object(
  {
    members: Type.Array(Type.Union([Type.Literal('logistic'), Type.Literal('mlp')]), {
      minItems: 1,
      uniqueItems: true,
    }),
    spans: Type.Integer({ minimum: 1, maximum: 64, description: 'slopes a number gets' }),
    folds: Type.Integer({ minimum: 2, maximum: 20 }),
    learning_rate: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    batch_size: Type.Integer({ minimum: 1 }),
    epochs: Type.Integer({ minimum: 1, maximum: 10_000 }),
    patience: Type.Integer({ minimum: 1, description: 'epochs without a better validation loss' }),
    class_weight: Type.Union([Type.Literal('none'), Type.Literal('balanced')]),
    calibration: Type.Union([
      Type.Literal('none'),
      Type.Literal('platt'),
      Type.Literal('isotonic'),
    ]),
    threshold: Type.Union([
      Type.Literal('f1'),
      Type.Literal('youden'),
      Type.Number({ minimum: 0, maximum: 1 }),
    ]),
    logistic: LogisticParams,
    mlp: MlpParams,
  },
  closed,
)

export type TrainParams = Static<typeof TrainParams>
export type MemberKind = TrainParams['members'][number]
