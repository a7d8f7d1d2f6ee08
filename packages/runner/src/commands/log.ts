// `weir log`: what a stage wrote in a run.
import { createReadStream, existsSync } from 'node:fs'
import { nearest, projectPath } from '@weir/base'
import { instanceOf } from '../config/instance.ts'
import type { Layout } from '../config/layout.ts'
import { projectLayout } from '../plan/workspace.ts'
import { lastRuns, type RecordedRun, readJournal } from '../session/recorded-run.ts'
import type { JournalLine } from '../session/run-events.ts'
import { KEPT_LOGS, runLogPath } from '../session/run-logs.ts'
import { drained } from './batch.ts'
import { defineCommand } from './command.ts'
import type { Effects } from './effects.ts'
import { EXIT } from './exit.ts'
import { CommandFailure } from './failure.ts'
import { findRun } from './find-run.ts'
import { refuse, sayJson } from './say.ts'
import { JSON_OPTION } from './stage-options.ts'
import type { TextStream } from './streams.ts'

const ABOUT = `Prints what STAGE wrote to stdout and stderr in RUN; without RUN, in the last run in which it was started.
RUN is the id of a run, its beginning or its end. The logs of the last ${KEPT_LOGS} runs are kept.

With --json: what happened to the stage in that run, event by event, and where its log is.`

export const logCommand = defineCommand({
  about: ABOUT,
  operands: { form: '[RUN] STAGE', least: 1, most: 2 },
  options: JSON_OPTION,
  examples: ['weir log train', 'weir log 9f3a1c2b train', 'weir log train --json | jq .events'],
  async run({ options: { json }, operands }, effects) {
    const layout = projectLayout(effects)
    if ('code' in layout) return refuse(effects, [layout], json)
    const runs = lastRuns(layout, effects.files)
    const [stage = '', word] = operands.toReversed()
    const run = word === undefined ? lastWith(runs, stage) : findRun(runs, word)
    checkStage(run, stage)
    const path = runLogPath(layout, run.head.run, instanceOf(stage))
    if (json) sayJson(effects, logJson(layout, run, stage, effects))
    else if (existsSync(path)) await print(path, effects.stdout)
    else throw noLog(run, stage)
    return EXIT.fine
  },
})

/** The last run in which a stage was started. */
function lastWith(runs: readonly RecordedRun[], stage: string): RecordedRun {
  const found = runs.find((run) => run.stages.some((one) => one.name === stage && wasStarted(one)))
  if (found) return found
  const names = new Set(runs.flatMap((run) => run.stages.map(({ name }) => name)))
  throw unknownStage(`no run of a stage '${stage}' is recorded`, stage, names)
}

function checkStage({ head, stages }: RecordedRun, stage: string): void {
  const names = stages.map(({ name }) => name)
  if (!names.includes(stage))
    throw unknownStage(`run ${head.run} had no stage '${stage}'`, stage, names)
}

function wasStarted({ outcome }: RecordedRun['stages'][number]): boolean {
  return outcome === 'ran' || outcome === 'failed' || outcome === 'unfinished'
}

function unknownStage(message: string, stage: string, names: Iterable<string>): CommandFailure {
  const near = nearest(stage, names)
  const hint =
    near === undefined ? 'weir runs RUN lists the stages of a run' : `did you mean '${near}'?`
  return new CommandFailure({ code: 'UNKNOWN_STAGE', message, hint }, EXIT.usage)
}

function noLog({ head, stages }: RecordedRun, stage: string): CommandFailure {
  const outcome = stages.find(({ name }) => name === stage)?.outcome
  const problem = {
    code: 'LOG_MISSING',
    message: `run ${head.run} has no log of '${stage}', which is ${outcome}`,
    hint: `only stages that were started have one, and the logs of the last ${KEPT_LOGS} runs are kept`,
  }
  return new CommandFailure(problem, EXIT.usage)
}

function logJson(
  layout: Layout,
  { head }: RecordedRun,
  stage: string,
  { files }: Effects,
): Record<string, unknown> {
  const path = runLogPath(layout, head.run, instanceOf(stage))
  return {
    run: head.run,
    stage,
    log: existsSync(path) ? projectPath(layout.root, path) : null,
    events: readJournal(layout, head.run, files).filter((line) => isAbout(line, stage)),
  }
}

function isAbout(line: JournalLine, stage: string): boolean {
  if (line.kind === 'stage_ended') return line.result.name === stage
  return 'stage' in line && line.stage === stage
}

/** Prints a file piece by piece: a log may be larger than the memory. */
async function print(path: string, stream: TextStream): Promise<void> {
  for await (const text of createReadStream(path, 'utf8')) {
    stream.write(text)
    if (stream.writableNeedDrain === true) await drained(stream)
  }
}
