// `weir status`: the state of each stage and why, without running anything.
import { foresee } from '../plan/foresee.ts'
import type { Foresight } from '../plan/look-ahead.ts'
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
    const question = { selection: selectionOf(given), settings: set, force: false }
    const seen = await foresee(question, effects, effects.signal)
    if (!seen.ok) return refuse(effects, seen.problems, json)
    if (json)
      sayJson(effects, { stages: seen.stages.map(stageJson), ...warningsJson(seen.warnings) })
    else sayStates(effects, seen.stages)
    sayNotes(effects, seen)
    return EXIT.fine
  },
})

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
