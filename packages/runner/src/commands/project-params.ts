// params.yaml as commands see it that open no pipeline: those of plugins.
import { isRecord, type Problem } from '@weir/base'
import { diskFiles, type Files } from '@weir/base/files'
import { layoutOf, PARAMS_FILE } from '../config/layout.ts'
import { findRoot } from '../config/root.ts'
import { parseYaml } from '../config/yaml.ts'
import { EXIT } from './exit.ts'
import { CommandFailure } from './failure.ts'

/** What params.yaml of the project around a folder says; of no project, the folder itself and nothing. */
export interface ProjectParams {
  readonly root: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Reads the params of the project around a folder. @throws CommandFailure for a file that is no YAML */
export function readProjectParams(cwd: string, files: Files = diskFiles): ProjectParams {
  const root = findRoot(cwd) ?? cwd
  const text = files.read(layoutOf(root).params)
  if (text === undefined) return { root, values: {} }
  const problems: Problem[] = []
  const parsed = parseYaml(PARAMS_FILE, text, (problem) => problems.push(problem), 'marked')
  const [first] = problems
  if (first) throw new CommandFailure(first, EXIT.usage)
  return { root, values: isRecord(parsed?.value) ? parsed.value : {} }
}
