// What the registry refuses, as a stage's own failure.
import { RegistryError } from '@weir/registry/error'
import { StageError } from '@weir/runner'

/** Runs what calls the registry. Throws StageError with the registry's code, place and hint. */
export async function asStageError(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const { code, message, where, hint } = error
    throw new StageError(code, message, { where, hint })
  }
}
