// Foresees what a run would do: opens the project, selects, checks, and looks ahead.
import type { Problem } from '@weir/base'
import { checkSelected } from './check-selected.ts'
import { type Foresight, lookAhead } from './look-ahead.ts'
import { type Selection, select } from './select.ts'
import { readSettings } from './settings.ts'
import { stageWarnings, type Warning } from './warnings.ts'
import { openWorkspace, projectLayout, type Surroundings, type Workspace } from './workspace.ts'

/** What is to be foreseen. */
export interface Question {
  readonly selection: Selection
  /** `KEY=VALUE`, as if it stood in params.yaml. */
  readonly settings: readonly string[]
  readonly force: boolean
}

/** What is seen by looking ahead; or everything that leaves no pipeline to look at. */
export type Seen =
  | {
      readonly ok: true
      readonly workspace: Workspace
      /** In the order in which they would run. */
      readonly stages: readonly Foresight[]
      readonly warnings: readonly Warning[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Looks ahead for what is selected. The signal ends what reads files and loads cells for it. */
export async function foresee(
  { selection, settings, force }: Question,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Seen> {
  const layout = projectLayout(surroundings)
  if ('code' in layout) return { ok: false, problems: [layout] }
  const read = await readSettings(layout.params, settings)
  if (!read.ok) return read
  const opened = await openWorkspace(layout, surroundings, signal, read.settings.overlay)
  if (!opened.ok) return opened
  const { workspace } = opened
  const problems: Problem[] = []
  const selected = select(workspace.graph, selection, (problem) => problems.push(problem))
  if (!selected) return { ok: false, problems }
  const { cells } = await checkSelected(workspace, selected, { signal, looking: true })
  const stages = await lookAhead(workspace, selected, force, cells)
  workspace.hasher.save()
  return { ok: true, workspace, stages, warnings: warningsOf(workspace, stages) }
}

/** Of the stages that may run. */
function warningsOf(workspace: Workspace, stages: readonly Foresight[]): Warning[] {
  return stages.flatMap(({ name, state }) => {
    const stage = workspace.graph.stages.get(name)
    return stage && state !== 'skipped' && !stage.frozen ? stageWarnings(workspace, stage) : []
  })
}
