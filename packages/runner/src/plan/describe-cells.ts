// Describes cells that have no description yet: packs and loads them, and reports by file why one cannot be loaded.
import type { Problem } from '@weir/base'
import type { Layout } from '../config/layout.ts'
import type { DescribeModule } from '../execute/cell-message.ts'
import { describeModules, type Undescribed } from '../execute/describe.ts'
import { removeModules } from '../store/packed-code.ts'
import { buildProblem } from './build-problem.ts'
import { packForDescription } from './description.ts'
import type { Workspace } from './workspace.ts'

/** What describing needs of a workspace. */
type Describing = Pick<Workspace, 'layout' | 'code' | 'pipeline' | 'surroundings'>

/** Cells that are not described. */
export interface NotDescribed {
  readonly problems: Map<string, Problem>
  /** Files of those that took too long. */
  readonly hung: string[]
}

/** Loads each cell once, in children of this process. */
export async function describeCells(
  workspace: Describing,
  files: readonly string[],
  signal: AbortSignal,
  limitMs?: number,
): Promise<NotDescribed> {
  const { layout, code, surroundings } = workspace
  const { root } = layout
  const problems = new Map<string, Problem>()
  const modules = await packCells(layout, files, problems)
  const host = { root, env: environment(workspace), cellHost: surroundings.cellHost }
  try {
    const failed = await describeModules(host, modules, {
      described: ({ file, description }) => code.describe(file, description),
      signal,
      ...(limitMs !== undefined && { limitMs }),
    })
    for (const [file, why] of failed) problems.set(file, loadProblem(file, why))
    return { problems, hung: [...failed].flatMap(([file, why]) => (why.hung ? [file] : [])) }
  } finally {
    removeModules(modules.map(({ path }) => path))
  }
}

/** The modules to load; where the cells cannot be packed at once, each that can be by itself. */
async function packCells(
  layout: Layout,
  files: readonly string[],
  problems: Map<string, Problem>,
): Promise<DescribeModule[]> {
  try {
    return await packForDescription(layout, files)
  } catch (error) {
    const [file] = files
    if (file !== undefined && files.length === 1)
      problems.set(file, buildProblem(layout.root, file, error))
    if (files.length <= 1) return []
  }
  const each = await Promise.all(files.map((file) => packCells(layout, [file], problems)))
  return each.flat()
}

/** The caller's environment without secrets: what is remembered with the code must not depend on one, nor tell it. */
function environment({ layout, pipeline, surroundings }: Describing): NodeJS.ProcessEnv {
  const secrets = new Set(pipeline.stages.flatMap((stage) => stage.secrets))
  const open = Object.entries(surroundings.env).filter(([name]) => !secrets.has(name))
  return { ...Object.fromEntries(open), WEIR_ROOT: layout.root }
}

function loadProblem(file: string, { message, place }: Undescribed): Problem {
  return {
    code: 'CODE_BROKEN',
    message: `${file} cannot be loaded: ${message}`,
    place: place ?? { file },
    hint: 'its top-level statements run once for each state of its code, to learn its title and params; move work into run',
  }
}
