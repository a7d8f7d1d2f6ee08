// How a run is told: while it goes on, and in its JSON document.

import type { Warning } from '../plan/warnings.ts'
import type { Surroundings } from '../plan/workspace.ts'
import type { StageResult } from '../session/events.ts'
import type { IdleRun } from '../session/idle.ts'
import type { Finished } from '../session/run-request.ts'
import { reasonText } from '../store/reason.ts'
import { type PlainReporter, plainReporter } from './plain.ts'
import { problemJson, warningsJson } from './say.ts'
import type { TextStream } from './streams.ts'

/** Live lines on a terminal, plain ones elsewhere. */
export async function reporterFor(
  stream: TextStream,
  env: Surroundings['env'],
): Promise<PlainReporter> {
  if (!stream.isTTY) return plainReporter(stream)
  const { liveReporter } = await import('./live.ts')
  return liveReporter(stream, env)
}

/** The JSON document of a run. */
export function outcomeJson(
  { results, ok, seconds, problems }: Finished | IdleRun,
  warnings: readonly Warning[],
): Record<string, unknown> {
  const errors = problems.length > 0 ? { errors: problems.map(problemJson) } : {}
  return { stages: results.map(resultJson), ok, seconds, ...errors, ...warningsJson(warnings) }
}

function resultJson({
  name,
  outcome,
  reasons,
  seconds,
  problem,
  more,
  logPath,
}: StageResult): Record<string, unknown> {
  return {
    name,
    outcome,
    reasons: reasons.map(reasonText),
    seconds: Number(seconds.toFixed(3)),
    ...(problem && { error: problemJson(problem) }),
    ...(more && { more: more.map(problemJson) }),
    ...(logPath && { log: logPath }),
  }
}
