// The DAG as a Mermaid flowchart, to paste into a README or an issue.
import { cleanEdges, type DagView } from './layers.ts'

/** Letters that Mermaid would read as markup, as its numbered entities. */
function label(text: string): string {
  return text
    .replace(/[^\p{L}\p{N} _./@:=,+-]/gu, (sign) => `#${sign.codePointAt(0) ?? 0};`)
    .replace(/\n/g, ' ')
}

/** A Mermaid flowchart, top to bottom; nodes are numbered, so that any stage name is a legal label. */
export function dagMermaid({ stages, edges }: DagView): string {
  const names = stages.map((stage) => stage.name)
  const ids = new Map(names.map((name, index) => [name, `s${index + 1}`]))
  const nodes = names.map((name) => `  ${ids.get(name)}["${label(name)}"]`)
  const arrows = cleanEdges(names, edges).map(
    ([from, to]) => `  ${ids.get(from)} --> ${ids.get(to)}`,
  )
  return `${['flowchart TD', ...nodes, ...arrows].join('\n')}\n`
}
