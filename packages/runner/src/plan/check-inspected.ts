// Whether a stage can run under a debugger.
import type { Problem } from '@weir/base'
import type { Graph } from './graph.ts'
import { unknownStage } from './select.ts'

/** The stage whose cell waits for a debugger, and the port to attach at. */
export interface Inspected {
  readonly stage: string
  readonly port: number
}

/** What keeps a stage from running under a debugger, as far as the configuration says. */
export function checkInspected(
  graph: Graph,
  selected: readonly string[],
  { stage: name }: Inspected,
): Problem | undefined {
  const stage = graph.stages.get(name)
  if (!stage) return unknownStage(name, graph)
  const refuse = (what: string, hint: string): Problem => ({
    code: 'NOT_INSPECTABLE',
    message: `stage '${name}' cannot be inspected: ${what}`,
    place: stage.place,
    hint,
  })
  if (stage.command.kind === 'cmd')
    return refuse('it runs shell commands', 'only a cell can be, a stage with `run: FILE.ts`')
  if (stage.frozen) return refuse('it is frozen', 'take `frozen` away to run it')
  return selected.includes(name)
    ? undefined
    : refuse('this run does not select it', `select it too, or nothing: weir run --inspect ${name}`)
}
