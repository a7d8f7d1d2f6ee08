// What a run begins with: the project opened, its stages selected and checked.
import type { Problem } from '@weir/base'
import type { Layout } from '../config/layout.ts'
import { checkInspected } from '../plan/check-inspected.ts'
import { allProblems, checkSelected } from '../plan/check-selected.ts'
import type { Overlay } from '../plan/project.ts'
import { select } from '../plan/select.ts'
import { openWorkspace, type Surroundings, type Workspace } from '../plan/workspace.ts'
import type { Execution } from './execution.ts'
import type { RunRequest } from './run-request.ts'

/** A project that can be run, or everything that is wrong with it. */
export type Checked =
  | {
      readonly ok: true
      readonly workspace: Workspace
      readonly selected: readonly string[]
      readonly refused: Execution['refused']
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Opens the project, selects the stages, and checks them. A stage that cannot run refuses the whole run, unless
 * that is to go on without it.
 */
export async function openChecked(
  layout: Layout,
  request: RunRequest,
  surroundings: Surroundings,
  overlay: Overlay,
  signal: AbortSignal,
): Promise<Checked> {
  const opened = await openWorkspace(layout, surroundings, signal, overlay)
  if (!opened.ok) return opened
  const { workspace } = opened
  const problems: Problem[] = []
  const selected = select(workspace.graph, request.selection, (problem) => problems.push(problem))
  if (!selected) return { ok: false, problems }
  const inspected = request.inspect && checkInspected(workspace.graph, selected, request.inspect)
  if (inspected) return { ok: false, problems: [inspected] }
  const refused = await checkSelected(workspace, selected, { signal, looking: false })
  problems.push(...allProblems(workspace, refused))
  if (problems.length > 0 && !request.keepGoing) return { ok: false, problems }
  return { ok: true, workspace, selected, refused: refused.cells }
}
