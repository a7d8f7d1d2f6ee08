// `weir dag`: the pipeline as a drawing of text, or as Mermaid.

import { distinct, type Problem } from '@weir/base/problem'
import { select } from '../plan/select.ts'
import { isOff } from '../plan/stage-problems.ts'
import { openWorkspace, projectLayout } from '../plan/workspace.ts'
import { dagText } from '../report/dag/dag-text.ts'
import { dagMermaid } from '../report/dag/mermaid.ts'
import { type CommandIo, EXIT, type LateCommand } from './command.ts'
import { type Options, parseOptions } from './options.ts'
import { problemsJson, refuse, sayJson, sayProblems } from './say.ts'

const HELP = `weir dag [STAGE…] [--mermaid] [--json]

Draws the pipeline: what depends on what. With STAGE: only these and what they depend on.

Examples
  weir dag
  weir dag promote --mermaid > docs/pipeline.mmd
  weir dag --json | jq .edges
`

export const dagCommand: LateCommand = {
  help: HELP,
  async run(argv, io) {
    const json = argv.includes('--json')
    const parsed = parseOptions(argv, ['until', 'from', 'only', 'mermaid', 'json'])
    if (!parsed.ok) return refuse(io, [parsed.problem], json)
    return draw(io, parsed.options)
  },
}

async function draw(io: CommandIo, options: Options): Promise<number> {
  const layout = projectLayout(io.surroundings)
  if ('code' in layout) return refuse(io, [layout], options.json)
  const opened = await openWorkspace(layout, io.surroundings)
  if (!opened.ok) return refuse(io, opened.problems, options.json)
  const { graph, problemsOf } = opened.workspace
  const problems: Problem[] = []
  const selection = { ...options.selection, until: [...options.selection.until, ...options.names] }
  const selected = select(graph, selection, (problem) => problems.push(problem))
  if (!selected) return refuse(io, problems, options.json)
  const chosen = new Set(selected)
  const shown = [...graph.stages.values()].filter((stage) => chosen.has(stage.name))
  const stages = shown.map(({ name, desc }) => ({ name, ...(desc !== undefined && { desc }) }))
  const edges = selected.flatMap((to) =>
    [...(graph.upstream.get(to) ?? [])]
      .filter((from) => chosen.has(from))
      .map((from) => [from, to] as const),
  )
  const broken = new Map(
    shown.map((stage) => [stage.name, isOff(stage) ? [] : problemsOf(stage)] as const),
  )
  if (options.json)
    sayJson(io, {
      stages: stages.map((stage) => ({ ...stage, ...problemsJson(broken.get(stage.name)) })),
      edges,
    })
  else
    io.stdout.write(
      options.mermaid
        ? dagMermaid({ stages, edges })
        : `${dagText({ stages, edges }).join('\n')}\n`,
    )
  sayProblems(io, distinct([...broken.values()].flat()), false)
  return EXIT.fine
}
