// What params.yaml says about the registry, for the commands that work without a pipeline run.
import { isRecord } from '@weir/base'
import type { ProjectParams } from '@weir/runner/plugin'

export interface PromoteParams {
  /** The project's folder; the current one where there is no project. */
  readonly root: string
  /** `promote.store`, or `models`. */
  readonly store: string
  /** `promote.name`, or null. */
  readonly name: string | null
  readonly requireApproval: boolean
}

/** The `promote` params of a project. */
export function promoteParams({ root, values }: ProjectParams): PromoteParams {
  const promote = isRecord(values.promote) ? values.promote : {}
  const text = (key: string) => {
    const value = promote[key]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    root,
    store: text('store') ?? 'models',
    name: text('name'),
    requireApproval: promote.require_approval === true,
  }
}
