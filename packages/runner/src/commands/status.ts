// `weir status`: the state of each stage and why, without running anything.
import type { Problem } from '@weir/base/problem'
import { checkSelected } from '../plan/check-selected.ts'
import { type Foresight, lookAhead } from '../plan/look-ahead.ts'
import { type Selection, select } from '../plan/select.ts'
import { stageWarnings, type Warning } from '../plan/warnings.ts'
import { openWorkspace, projectLayout, type Workspace } from '../plan/workspace.ts'
import { readSettings } from '../session/settings.ts'
import { reasonText } from '../store/reason.ts'
import { defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import { problemsJson, reasonsLine, refuse, sayJson, sayNotes, warningsJson } from './say.ts'
import { ANY_STAGES, AS_IF, JSON_OPTION, SELECTION, selectionOf } from './stage-options.ts'

const ABOUT = `Says for each stage whether it is fresh, and if not why. Nothing is run, nothing is changed, and the
exit code is 0 whatever the states are. With STAGE: only these and what they depend on.

  fresh        nothing to do            stale    would run
  restorable   would come from cache    missing  never ran, would run
  skipped      its \`when\` is not true   broken   cannot run: the reason says why

A stage behind one that is not fresh is stale too; when its turn comes it may be unchanged or in the cache.`

export const statusCommand = defineCommand({
  about: ABOUT,
  operands: ANY_STAGES,
  options: { ...SELECTION, ...AS_IF, ...JSON_OPTION },
  examples: [
    'weir status',
    'weir status train',
    'weir status -S as_of=2024-02-29',
    `weir status --json | jq '.stages[] | select(.state != "fresh")'`,
  ],
  async run(given, effects) {
    const { json, set } = given.options
    const seen = await foreseeSelected(effects, {
      selection: selectionOf(given),
      settings: set,
      force: false,
    })
    if ('problems' in seen) return refuse(effects, seen.problems, json)
    if (json)
      sayJson(effects, { stages: seen.stages.map(stageJson), ...warningsJson(seen.warnings) })
    else sayStates(effects, seen.stages)
    sayNotes(effects, seen)
    return EXIT.fine
  },
})

/** What is to be foreseen. */
interface Question {
  readonly selection: Selection
  readonly settings: readonly string[]
  readonly force: boolean
}

/** What is seen by looking ahead. */
interface Seen {
  readonly stages: readonly Foresight[]
  readonly warnings: readonly Warning[]
}

/** Looks ahead for what is selected. */
export async function foreseeSelected(
  effects: Effects,
  { selection, settings, force }: Question,
): Promise<Seen | { problems: readonly Problem[] }> {
  const layout = projectLayout(effects)
  if ('code' in layout) return { problems: [layout] }
  const read = await readSettings(layout.params, settings)
  if (!read.ok) return { problems: read.problems }
  const opened = await openWorkspace(layout, effects, effects.signal, read.settings.overlay)
  if (!opened.ok) return { problems: opened.problems }
  const { workspace } = opened
  const problems: Problem[] = []
  const selected = select(workspace.graph, selection, (problem) => problems.push(problem))
  if (!selected) return { problems }
  const { cells } = await checkSelected(workspace, selected, {
    signal: effects.signal,
    looking: true,
  })
  const stages = await lookAhead(workspace, selected, force, cells)
  workspace.hasher.save()
  return { stages, warnings: warningsOf(workspace, stages) }
}

/** Of the stages that may run. */
function warningsOf(workspace: Workspace, stages: readonly Foresight[]): Warning[] {
  return stages.flatMap(({ name, state }) => {
    const stage = workspace.graph.stages.get(name)
    return stage && state !== 'skipped' && !stage.frozen ? stageWarnings(workspace, stage) : []
  })
}

function stageJson({ name, state, reasons, problems }: Foresight): Record<string, unknown> {
  return { name, state, reasons: reasons.map(reasonText), ...problemsJson(problems) }
}

function sayStates({ stdout }: Effects, stages: readonly Foresight[]): void {
  const width = Math.max(...stages.map((stage) => stage.name.length))
  for (const { name, state, reasons } of stages)
    stdout.write(`${name.padEnd(width)}  ${state.padEnd(10)}  ${reasonsLine(reasons)}\n`)
  const fresh = stages.filter(
    (stage) => stage.state === 'fresh' || stage.state === 'skipped',
  ).length
  if (fresh === stages.length) stdout.write('Data and pipelines are up to date.\n')
}
