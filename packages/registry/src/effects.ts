// What the registry takes from the world around it: clock, user, commit, run, warnings, and the check of a bundle.
import { userInfo } from 'node:os'
import { gitState } from '@weir/base/process'

export interface RegistryEffects {
  now(): Date
  /** Who makes the change. */
  user(): string
  /** The commit of the project, or null without git. */
  git(): Promise<string | null>
  /** The pipeline run that makes the change, or null for a person. */
  run(): string | null
  /** The as_of of the run that makes the change; null for a person, whose act belongs to the newest period. */
  readonly period: string | null
  warn(message: string): void
  /** How long it waits for another writer, in ms. */
  readonly patience: number
  /**
   * What is wrong with the model in a bundle's folder, one sentence each; empty when it gives its expected
   * outputs. The registry knows no model, so whoever opens it brings the check.
   */
  verify(dir: string): Promise<readonly string[]>
}

export const defaultEffects: RegistryEffects = {
  now: () => new Date(),
  user: () => process.env.WEIR_USER || userName(),
  git: () => headCommit(process.cwd()),
  run: () => process.env.WEIR_RUN_ID ?? null,
  period: null,
  warn: (message) => void process.stderr.write(`warning: ${message}\n`),
  patience: 60_000,
  verify: async () => [],
}

/** The commit that is checked out in a folder; null without git or outside a repository. */
export async function headCommit(folder: string): Promise<string | null> {
  const state = await gitState(folder)
  return state === null ? null : state.commit
}

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
