// `weir dag`: the pipeline as a drawing of text, or as Mermaid.
import { distinct, type Problem } from '@weir/base'
import { select } from '../plan/select.ts'
import { isOff } from '../plan/stage-problems.ts'
import { openWorkspace, projectLayout } from '../plan/workspace.ts'
import { dagText } from '../report/dag/dag-text.ts'
import { dagMermaid } from '../report/dag/mermaid.ts'
import { defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import type { Given } from './options.ts'
import { problemsJson, refuse, sayJson, sayProblems } from './say.ts'
import { ANY_STAGES, JSON_OPTION, SELECTION, selectionOf } from './stage-options.ts'

const OPTIONS = {
  ...SELECTION,
  mermaid: { type: 'boolean', description: 'as Mermaid, for a page' },
  ...JSON_OPTION,
} as const

export const dagCommand = defineCommand({
  about:
    'Draws the pipeline: what depends on what. With STAGE: only these and what they depend on.',
  operands: ANY_STAGES,
  options: OPTIONS,
  examples: [
    'weir dag',
    'weir dag promote --mermaid > pipeline.mmd',
    'weir dag --json | jq .edges',
  ],
  run: draw,
})

async function draw(given: Given<typeof OPTIONS>, effects: Effects): Promise<number> {
  const { json, mermaid } = given.options
  const selection = selectionOf(given)
  const layout = projectLayout(effects)
  if ('code' in layout) return refuse(effects, [layout], json)
  const opened = await openWorkspace(layout, effects)
  if (!opened.ok) return refuse(effects, opened.problems, json)
  const { graph, problemsOf } = opened.workspace
  const problems: Problem[] = []
  const selected = select(graph, selection, (problem) => problems.push(problem))
  if (!selected) return refuse(effects, problems, json)
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
  if (json)
    sayJson(effects, {
      stages: stages.map((stage) => ({ ...stage, ...problemsJson(broken.get(stage.name)) })),
      edges,
    })
  else
    effects.stdout.write(
      mermaid ? dagMermaid({ stages, edges }) : `${dagText({ stages, edges }).join('\n')}\n`,
    )
  sayProblems(effects, distinct([...broken.values()].flat()), false)
  return EXIT.fine
}
