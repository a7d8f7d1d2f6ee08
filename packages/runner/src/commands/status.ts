// `weir status`: the state of each stage and why, without running anything.

import type { Problem } from '@weir/base/problem'
import { checkSelected } from '../plan/check-selected.ts'
import { type Foresight, lookAhead } from '../plan/look-ahead.ts'
import { select } from '../plan/select.ts'
import { stageWarnings, type Warning } from '../plan/warnings.ts'
import { openWorkspace, projectLayout, type Workspace } from '../plan/workspace.ts'
import { readSettings } from '../session/settings.ts'
import { reasonText } from '../store/reason.ts'
import { type CommandIo, EXIT, type LateCommand } from './command.ts'
import { type Options, parseOptions } from './options.ts'
import { problemsJson, reasonsLine, refuse, sayJson, sayNotes, warningsJson } from './say.ts'

const HELP = `weir status [STAGE…] [-S KEY=VALUE] [--json]

Says for each stage whether it is fresh, and if not why. Nothing is run, nothing is changed.
With STAGE: only these and what they depend on. With -S: as if it stood in params.yaml.

  fresh        nothing to do            stale    would run
  restorable   would come from cache    missing  never ran, would run
  skipped      its \`when\` is not true   broken   cannot run: the reason says why

A stage behind one that is not fresh is stale too; when its turn comes it may be unchanged or in the cache.

Examples
  weir status
  weir status train
  weir status --json | jq '.stages[] | select(.state != "fresh")'
`

export const statusCommand: LateCommand = {
  help: HELP,
  async run(argv, io) {
    const parsed = parseOptions(argv, ['until', 'from', 'only', 'set', 'json'])
    if (!parsed.ok) return refuse(io, [parsed.problem], argv.includes('--json'))
    const { options } = parsed
    const seen = await foreseeSelected(io, options)
    if ('problems' in seen) return refuse(io, seen.problems, options.json)
    if (options.json)
      sayJson(io, { stages: seen.stages.map(stageJson), ...warningsJson(seen.warnings) })
    else sayStates(io, seen.stages)
    sayNotes(io, seen)
    return EXIT.fine
  },
}

/** What is seen by looking ahead. */
interface Seen {
  readonly stages: readonly Foresight[]
  readonly warnings: readonly Warning[]
}

/** Looks ahead for what the options select; names without an option mean `until`. */
export async function foreseeSelected(
  io: CommandIo,
  options: Options,
): Promise<Seen | { problems: readonly Problem[] }> {
  const layout = projectLayout(io.surroundings)
  if ('code' in layout) return { problems: [layout] }
  const read = await readSettings(layout.params, options.settings)
  if (!read.ok) return { problems: read.problems }
  const opened = await openWorkspace(layout, io.surroundings, io.signal, read.settings.overlay)
  if (!opened.ok) return { problems: opened.problems }
  const { workspace } = opened
  const problems: Problem[] = []
  const until = [...options.selection.until, ...options.names]
  const selected = select(workspace.graph, { ...options.selection, until }, (problem) =>
    problems.push(problem),
  )
  if (!selected) return { problems }
  const { cells } = await checkSelected(workspace, selected, {
    signal: io.signal,
    looking: true,
  })
  const stages = await lookAhead(workspace, selected, options.force, cells)
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

function sayStates(io: CommandIo, stages: readonly Foresight[]): void {
  const width = Math.max(...stages.map((stage) => stage.name.length))
  for (const { name, state, reasons } of stages)
    io.stdout.write(`${name.padEnd(width)}  ${state.padEnd(10)}  ${reasonsLine(reasons)}\n`)
  const fresh = stages.filter(
    (stage) => stage.state === 'fresh' || stage.state === 'skipped',
  ).length
  if (fresh === stages.length) io.stdout.write('Data and pipelines are up to date.\n')
}
