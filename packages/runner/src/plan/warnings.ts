// What is warned of when a stage runs, and by `status` and `explain`: nothing that keeps it from running.
import type { Stage } from '../config/model.ts'
import { undeclaredPaths } from './undeclared.ts'
import type { Surroundings, Workspace } from './workspace.ts'

/** What is said of a stage beside its state. */
export interface Warning {
  readonly stage?: string
  readonly message: string
}

/** All that is to be warned of before a stage runs. */
export function stageWarnings({ root, surroundings }: Workspace, stage: Stage): Warning[] {
  return [...unsetSecrets(stage, surroundings.env), ...undeclared(root, stage)]
}

function undeclared(root: string, stage: Stage): Warning[] {
  return undeclaredPaths(root, stage).map((path) => ({
    stage: stage.name,
    message: `its cmd names '${path}', which is not among its deps: a change there does not rerun it`,
  }))
}

/** A secret is no part of the key: what a stage made without one would be kept when it is set. */
export function unsetSecrets(stage: Stage, env: Surroundings['env']): Warning[] {
  return stage.secrets
    .filter((name) => env[name] === undefined)
    .map((name) => ({
      stage: stage.name,
      message: `the secret ${name} is not set in the environment; setting it later does not rerun the stage`,
    }))
}
