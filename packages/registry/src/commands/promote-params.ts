// What params.yaml says about the registry, for the commands that work without a pipeline run.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem, Report } from '@weir/runner/plugin'
import { CommandFailure, EXIT, findRoot, paramAt, parseYaml } from '@weir/runner/plugin'

export interface PromoteParams {
  /** The project's folder; the current one where there is no project. */
  readonly root: string
  /** `promote.store`, or `models`. */
  readonly store: string
  /** `promote.name`, or null. */
  readonly name: string | null
  readonly requireApproval: boolean
}

/** Reads the `promote` params of the project around a folder. Throws CommandFailure for a broken params.yaml. */
export function readPromoteParams(cwd: string): PromoteParams {
  const root = findRoot(cwd) ?? cwd
  const values = paramsOf(join(root, 'params.yaml'))
  const text = (key: string) => {
    const value = paramAt(values, key)
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    root,
    store: text('promote.store') ?? 'models',
    name: text('promote.name'),
    requireApproval: paramAt(values, 'promote.require_approval') === true,
  }
}

function paramsOf(path: string): unknown {
  if (!existsSync(path)) return {}
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push(problem)
  const file = parseYaml('params.yaml', readFileSync(path, 'utf8'), report, 'marked')
  const [first] = problems
  if (first) throw new CommandFailure(first, EXIT.usage)
  return file?.value
}
