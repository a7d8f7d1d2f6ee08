// What the server serves right now, taken once at the beginning of a request, and why it may not be ready.
import { type Problem, ServeError } from './errors.ts'
import type { ServedModel } from './model.ts'
import type { OnlineTable } from './online.ts'
import { type Pair, pairing } from './pair.ts'
import type { Slot } from './slot.ts'

export interface State {
  readonly models: Slot<ServedModel>
  readonly online: Slot<OnlineTable>
  /** The model. Throws MODEL_NOT_READY. */
  model(): ServedModel
  /** The table. Throws FEATURES_NOT_READY. */
  table(): OnlineTable
  /** Both, fitting. Throws one of the two, or FEATURES_MISMATCH. */
  pair(): Pair
  /** Everything that keeps the server from answering; empty when it is ready. */
  problems(): Problem[]
}

const NO_MODEL = 'no model is in Production: run `npm run pipeline -- --until promote`'
const NO_TABLE = 'no feature table is live: run `npm run pipeline -- --until promote`'

export function stateOf(models: Slot<ServedModel>, online: Slot<OnlineTable>): State {
  const pairUp = pairing()
  const model = () => models.current ?? missing(modelProblem(models))
  const table = () => online.current ?? missing(tableProblem(online))
  return {
    models,
    online,
    model,
    table,
    pair: () => {
      const pair = pairUp(model(), table())
      if (pair.problems.length === 0) return pair
      throw new ServeError('FEATURES_MISMATCH', 'the online features do not fit', pair.problems)
    },
    problems: () => [
      ...(models.current ? [] : [modelProblem(models)]),
      ...(online.current ? [] : [tableProblem(online)]),
      ...(models.current && online.current ? pairUp(models.current, online.current).problems : []),
    ],
  }
}

type Lack = Problem & { readonly code: 'MODEL_NOT_READY' | 'FEATURES_NOT_READY' }

function missing(problem: Lack): never {
  throw new ServeError(problem.code, problem.message, [problem])
}

function modelProblem({ refused }: Slot<ServedModel>): Lack {
  const message = refused ? `${refused.what} was refused: ${refused.reason}` : NO_MODEL
  return { code: 'MODEL_NOT_READY', message }
}

function tableProblem({ refused }: Slot<OnlineTable>): Lack {
  const message = refused ? `${refused.what} was refused: ${refused.reason}` : NO_TABLE
  return { code: 'FEATURES_NOT_READY', message }
}
