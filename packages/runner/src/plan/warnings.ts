// Warnings about a stage, for runs, `status` and `explain`: none of them keeps the stage from running.
import type { Stage } from '../config/model.ts'
import { undeclaredPaths } from './undeclared.ts'
import type { Surroundings, Workspace } from './workspace.ts'

/** A warning about a stage. */
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

/** Warns of unset secrets: they do not enter the key, so outputs made without one would stay when it is set. */
export function unsetSecrets(stage: Stage, env: Surroundings['env']): Warning[] {
  return stage.secrets
    .filter((name) => env[name] === undefined)
    .map((name) => ({
      stage: stage.name,
      message: `the secret ${name} is not set in the environment; setting it later does not rerun the stage`,
    }))
}
