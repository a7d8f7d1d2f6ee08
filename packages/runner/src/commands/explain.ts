// `weir explain STAGE`: why a stage would run, to the param's old and new value, the file, the imported module.
import type { Stage } from '../config/model.ts'
import { foresee } from '../plan/foresee.ts'
import { reach } from '../plan/graph.ts'
import type { Prepared } from '../plan/key.ts'
import type { Foresight } from '../plan/look-ahead.ts'
import { stageWarnings } from '../plan/warnings.ts'
import type { Workspace } from '../plan/workspace.ts'
import { SECRET } from '../store/key-document.ts'
import { reasonText } from '../store/reason.ts'
import { defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import { problemsJson, refuse, sayJson, sayNotes } from './say.ts'
import { AS_IF, JSON_OPTION } from './stage-options.ts'

const ABOUT = `Says why STAGE is in the state that it is in, reason by reason, and shows its key: every input that
its outputs may depend on, with hashes, as a run would use it. Where something before it is not fresh,
that is explained too; where it has to run first, the key cannot be known yet.`

export const explainCommand = defineCommand({
  about: ABOUT,
  operands: { form: 'STAGE', least: 1, most: 1 },
  options: { ...AS_IF, ...JSON_OPTION },
  examples: ['weir explain train', 'weir explain train --json | jq .document.params'],
  run({ options, operands: [name = ''] }, effects) {
    return explain(effects, name, options.set, options.json)
  },
})

async function explain(
  effects: Effects,
  name: string,
  settings: readonly string[],
  json: boolean,
): Promise<number> {
  const question = { selection: { until: [name], from: [], only: [] }, settings, force: false }
  const seen = await foresee(question, effects, effects.signal)
  if (!seen.ok) return refuse(effects, seen.problems, json)
  const { workspace, stages: foresight } = seen
  const stage = workspace.graph.stages.get(name) as Stage
  if (json) sayJson(effects, explanationJson(workspace, stage, foresight))
  else sayExplanation(effects, workspace, stage, foresight)
  sayNotes(effects, { stages: foresight, warnings: stageWarnings(workspace, stage) })
  return EXIT.fine
}

function explanationJson(
  workspace: Workspace,
  stage: Stage,
  foresight: readonly Foresight[],
): Record<string, unknown> {
  const own = foresight.find((item) => item.name === stage.name)
  return {
    name: stage.name,
    state: own?.state,
    reasons: own?.reasons.map(reasonText),
    details: own?.reasons,
    ...problemsJson(own?.problems),
    upstream: foresight
      .filter((item) => item.name !== stage.name && item.state !== 'fresh')
      .map((item) => ({
        name: item.name,
        state: item.state,
        reasons: item.reasons.map(reasonText),
      })),
    key: own?.prepared?.key,
    key_after: keyAfter(own),
    recorded_key: workspace.lock.get(stage.id)?.key,
    document: own?.prepared?.document,
  }
}

/** The stage that has to run before the key can be known. */
function keyAfter(own: Foresight | undefined): string | undefined {
  return own?.reasons.find((reason) => reason.kind === 'upstream_stale')?.stage
}

function sayExplanation(
  { stdout }: Effects,
  workspace: Workspace,
  stage: Stage,
  foresight: readonly Foresight[],
): void {
  const own = foresight.find((item) => item.name === stage.name)
  const say = (line: string): void => void stdout.write(`${line}\n`)
  say(`${stage.name} is ${own?.state}`)
  for (const reason of own?.reasons ?? []) say(`  ${reasonText(reason)}`)
  const before = reach([stage.name], workspace.graph.upstream)
  for (const item of foresight.filter(
    (item) => before.has(item.name) && item.name !== stage.name && item.state !== 'fresh',
  )) {
    say(`  before it, ${item.name} is ${item.state}`)
    for (const reason of item.reasons) say(`    ${reasonText(reason)}`)
  }
  if (own?.prepared) sayKey(say, own.prepared)
  const after = keyAfter(own)
  if (after !== undefined) say(`\nits key is not known before ${after} has run`)
}

function sayKey(say: (line: string) => void, { key, document, modules = {} }: Prepared): void {
  say(`\nkey ${key}`)
  if ('cmd' in document.command) say(`  command  ${document.command.cmd.join('; ')}`)
  else {
    const { code, esbuild, packages } = document.command.run
    say(`  code     ${code.slice(0, 12)} (esbuild ${esbuild})`)
    for (const module of Object.keys(modules)) say(`    module ${module}`)
    for (const [name, version] of Object.entries(packages)) say(`    package ${name} ${version}`)
  }
  for (const [file, values] of Object.entries(document.params))
    for (const [name, value] of Object.entries(values))
      say(`  param    ${file}:${name} = ${JSON.stringify(value)}`)
  for (const [name, value] of Object.entries(document.env))
    say(`  env      ${name} = ${value === SECRET ? '(secret)' : value.slice(0, 12)}`)
  for (const [path, digest] of Object.entries(document.deps))
    say(`  dep      ${digest.slice(0, 12)}  ${path}`)
  for (const path of document.outs) say(`  out      ${path}`)
}
