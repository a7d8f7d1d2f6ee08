// `weir runs`: the runs of this project as their journals tell them, and one run in full.
import { secondText } from '@weir/base'
import { KEPT_RUNS } from '../config/model.ts'
import { projectLayout } from '../plan/workspace.ts'
import { formatDuration } from '../report/duration.ts'
import { countOutcomes, OUTCOMES } from '../report/outcome.ts'
import { lastRuns, type RecordedRun, type RecordedStage } from '../session/recorded-run.ts'
import { reasonText } from '../store/reason.ts'
import { defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import { findRun } from './find-run.ts'
import { problemJson, reasonsLine, refuse, sayJson, warningsJson, warningText } from './say.ts'
import { JSON_OPTION } from './stage-options.ts'

const ABOUT = `Shows the last runs, newest first: when, how long, what was asked, and what it came to. With RUN, which is
the id of one, its beginning or its end: its stages, with the reason of each.

  ok           all went well                 failed        a stage failed
  interrupted  it was told to stop           unfinished    it was killed
  running      it is at work

A run that had nothing to do leaves no trace, and is not among them. The last ${KEPT_RUNS} are kept, or as many as
\`runs: { keep: N }\` in pipeline.yaml says.`

export const runsCommand = defineCommand({
  about: ABOUT,
  operands: { form: '[RUN]', least: 0, most: 1 },
  options: {
    number: {
      type: 'integer',
      value: 'N',
      short: 'n',
      minimum: 1,
      default: 20,
      description: 'so many of the last runs',
    },
    ...JSON_OPTION,
  },
  examples: [
    'weir runs',
    'weir runs -n 5',
    'weir runs 9f3a1c2b',
    `weir runs --json | jq '.runs[] | select(.result == "failed")'`,
  ],
  async run({ options: { json, number }, operands: [wanted] }, effects) {
    const layout = projectLayout(effects)
    if ('code' in layout) return refuse(effects, [layout], json)
    if (wanted === undefined) {
      const runs = lastRuns(layout, effects.files, number)
      if (json) sayJson(effects, { runs: runs.map(runJson) })
      else sayRuns(effects, runs)
    } else {
      const run = findRun(lastRuns(layout, effects.files), wanted)
      if (json) sayJson(effects, { run: { ...runJson(run), ...restJson(run) } })
      else sayRun(effects, run)
    }
    return EXIT.fine
  },
})

function sayRuns(effects: Effects, runs: readonly RecordedRun[]): void {
  if (runs.length === 0) {
    sayLines(effects, ['No run is recorded yet: weir run'])
    return
  }
  const columns = [
    { title: 'run' },
    { title: 'began' },
    { title: 'time', align: 'right' },
    { title: 'result' },
    { title: 'stages' },
    { title: 'command' },
  ] as const
  const rows = runs.map((run) => [
    run.head.run,
    secondText(run.startedAt),
    run.seconds === null ? '–' : formatDuration(run.seconds),
    run.result,
    countsText(run),
    run.head.command,
  ])
  sayLines(effects, effects.table({ columns, rows }, effects.stdout))
}

function sayRun(effects: Effects, run: RecordedRun): void {
  const { head, git, warnings } = run
  const commit = git?.commit
    ? `${git.commit.slice(0, 12)}${git.dirty ? ', with changes' : ''}`
    : '–'
  sayLines(effects, [
    `${head.run}: ${head.command}`,
    `  result   ${run.result}${run.seconds === null ? '' : ` in ${formatDuration(run.seconds)}`}`,
    `  began    ${secondText(run.startedAt)} on ${head.host}`,
    `  commit   ${commit}`,
    `  weir     ${head.weir}, Node ${head.node}`,
    ...warnings.map((warning) => `  ${warningText(warning)}`),
    '',
  ])
  const columns = [
    { title: 'stage' },
    { title: 'outcome' },
    { title: 'time', align: 'right' },
    { title: 'reason' },
  ] as const
  const rows = run.stages.map((stage) => [
    stage.name,
    stage.outcome,
    formatDuration(stage.seconds),
    whyText(stage),
  ])
  sayLines(effects, effects.table({ columns, rows }, effects.stdout))
}

function whyText({ reasons, problem }: RecordedStage): string {
  return problem ? `${problem.code}: ${problem.message}` : reasonsLine(reasons)
}

function countsText({ stages }: RecordedRun): string {
  const ended = stages.flatMap(({ outcome }) => (outcome === 'unfinished' ? [] : [outcome]))
  return countOutcomes(ended)
}

/** A run in the list. */
function runJson({
  head,
  startedAt,
  seconds,
  result,
  stages,
}: RecordedRun): Record<string, unknown> {
  const counts = [...OUTCOMES, 'unfinished' as const].map((outcome) => [
    outcome,
    stages.filter((stage) => stage.outcome === outcome).length,
  ])
  return {
    run: head.run,
    began: startedAt,
    seconds,
    command: head.command,
    result,
    counts: Object.fromEntries(counts),
  }
}

function restJson({ head, git, stages, warnings }: RecordedRun): Record<string, unknown> {
  const { weir, program, node, host, params } = head
  return {
    versions: { weir, program, node },
    host,
    git,
    params,
    stages: stages.map(stageJson),
    ...warningsJson(warnings),
  }
}

function stageJson({
  name,
  outcome,
  reasons,
  seconds,
  key,
  problem,
}: RecordedStage): Record<string, unknown> {
  return {
    name,
    outcome,
    reasons: reasons.map(reasonText),
    seconds,
    ...(key && { key }),
    ...(problem && { error: problemJson(problem) }),
  }
}

function sayLines({ stdout }: Effects, lines: readonly string[]): void {
  stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
}
