// Writes the notebook after a run: gathers what is remembered of each stage and has it drawn.
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { byCodeUnit, canonicalJson, type Digest, isRecord, projectPath, sha256 } from '@weir/base'
import { replaceFile, writeState } from '@weir/base/files'
import { instanceText } from '../config/instance.ts'
import { isReference, type Stage } from '../config/model.ts'
import { nestedValues } from '../config/params.ts'
import type { Workspace } from '../plan/workspace.ts'
import type { Block } from '../report/document.ts'
import type { NotebookRun, StageRecord } from '../report/record.ts'
import type { ChartSpec } from '../report/show.ts'
import { listPaths, statsOf } from '../store/list-tree.ts'
import { reasonText } from '../store/reason.ts'
import { LATEST_RUNS, type LatestRuns } from '../store/run-cache.ts'
import { logExcerpt } from './log-excerpt.ts'
import { type NotebookPlace, notebookPlace } from './notebook-place.ts'
import { plotBlock } from './plots.ts'
import { type RecordedRun, type RecordedStage, recordedRun } from './recorded-run.ts'
import type { JournalLine } from './run-events.ts'

type Latest = LatestRuns[string]

/**
 * Writes the notebook of a run, from its journal, unless nothing happened and it is there. Gives its place if it was
 * written.
 */
export async function writeNotebook(
  workspace: Workspace,
  lines: readonly JournalLine[],
): Promise<NotebookPlace | undefined> {
  const run = recordedRun(lines)
  const place = notebookPlace(workspace)
  const path = join(workspace.root, place.path)
  if (!run || (isIdle(run) && existsSync(path))) return undefined
  const { renderNotebook } = await import('../report/notebook.ts')
  const html = await renderNotebook(await notebookRun(workspace, run), {
    from: place.path,
    draw: (spec) => drawRemembered(workspace, spec),
  })
  mkdirSync(dirname(path), { recursive: true })
  replaceFile(path, html)
  return place
}

function isIdle({ stages }: RecordedRun): boolean {
  return stages.every(({ outcome }) => outcome === 'cached')
}

/** Draws a chart, or takes the drawing of the same one from before. */
async function drawRemembered(workspace: Workspace, spec: ChartSpec): Promise<string> {
  const digest = sha256(canonicalJson([workspace.surroundings.build, spec]))
  const path = join(workspace.layout.charts, `${digest}.svg`)
  if (existsSync(path)) return readFileSync(path, 'utf8')
  const { drawChart } = await import('../report/chart.ts')
  const svg = await drawChart(spec)
  writeState(path, svg)
  return svg
}

async function notebookRun(workspace: Workspace, run: RecordedRun): Promise<NotebookRun> {
  const latest = updateLatest(workspace)
  const { graph } = workspace
  const results = new Map(run.stages.map((stage) => [stage.name, stage]))
  return {
    project: projectName(workspace.root),
    startedAt: run.startedAt,
    finishedAt: run.endedAt,
    ok: run.result === 'ok',
    command: run.head.command,
    stages: await Promise.all(
      [...graph.stages.values()].map((stage) =>
        stageRecord(workspace, stage, results.get(stage.name), latest.get(stage.name)),
      ),
    ),
    edges: [...graph.upstream].flatMap(([to, before]) =>
      [...before].map((from) => [from, to] as const),
    ),
  }
}

function projectName(root: string): string {
  const folder = basename(root)
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return isRecord(manifest) && typeof manifest.name === 'string' ? manifest.name : folder
  } catch {
    return folder
  }
}

/** Updates the latest key of each stage that has a new one. */
function updateLatest(workspace: Workspace): Map<string, Latest> {
  const { memo, lock } = workspace
  const latest = new Map(Object.entries(memo.read<LatestRuns>(LATEST_RUNS) ?? {}))
  for (const id of lock.ids()) {
    const [name, key] = [instanceText(id), lock.get(id)?.key]
    const known = latest.get(name)
    if (key !== undefined && known?.current !== key)
      latest.set(name, { current: key, ...(known && { previous: known.current }) })
  }
  memo.write(LATEST_RUNS, Object.fromEntries(latest))
  return latest
}

const NOT_IN_RUN = 'not part of this run'

async function stageRecord(
  workspace: Workspace,
  stage: Stage,
  result: RecordedStage | undefined,
  before: Latest | undefined,
): Promise<StageRecord> {
  const key = workspace.lock.get(stage.id)?.key
  const record = key && workspace.runCache.record(key)
  const previous = before?.previous && workspace.runCache.record(before.previous)
  const code = codeOf(workspace, stage)
  return {
    name: stage.name,
    title: record?.title ?? stage.desc ?? stage.name,
    prose: proseOf(workspace, stage),
    outcome: outcomeOf(result),
    reasons: result ? result.reasons.map(reasonText) : [NOT_IN_RUN],
    params: nestedValues(stage.params, workspace.pipeline.params),
    metrics: record?.metrics ?? {},
    ...(previous && { previousMetrics: previous.metrics }),
    shown: [...(record?.shown ?? []), ...(await drawnPlots(workspace, stage))],
    ...(code && { code }),
    ...logOf(workspace, result, key),
    seconds: record?.seconds ?? null,
    outs: stage.outs.map((out) => out.path),
    deps: stage.deps,
    pages: await pagesOf(workspace, stage),
    ...(result?.problem && { error: `${result.problem.code}: ${result.problem.message}` }),
  }
}

/** A stage that began and did not end is shown as one that failed. */
function outcomeOf(result: RecordedStage | undefined): StageRecord['outcome'] {
  if (result === undefined) return 'skipped'
  return result.outcome === 'unfinished' ? 'failed' : result.outcome
}

/** The stage's declared plots, where their files are there. */
async function drawnPlots({ root }: Workspace, stage: Stage): Promise<Block[]> {
  const plots = stage.outs.filter((out) => out.kind === 'plot' && existsSync(join(root, out.path)))
  const blocks = await Promise.all(plots.map((out) => plotBlock(root, out)))
  return blocks.filter((block) => block !== undefined)
}

function proseOf(workspace: Workspace, stage: Stage): string {
  if (stage.command.kind === 'cmd') return stage.desc ?? ''
  return workspace.code.prose(stage.command.file) || (stage.desc ?? '')
}

function codeOf({ root }: Workspace, { command }: Stage): StageRecord['code'] {
  if (command.kind === 'cmd')
    return { language: 'sh', text: command.lines.join('\n'), path: 'pipeline.yaml' }
  const path = join(root, command.file)
  return existsSync(path)
    ? { language: 'typescript', text: readFileSync(path, 'utf8'), path: command.file }
    : undefined
}

/** The log of the attempt that failed, else of the run that gave what is in place. */
function logOf(
  { root, runCache }: Workspace,
  result: RecordedStage | undefined,
  key: Digest | undefined,
): Pick<StageRecord, 'log' | 'logPath'> {
  const failed = result?.outcome === 'failed'
  const path = failed ? result.logPath && join(root, result.logPath) : key && runCache.logPath(key)
  if (!path || !statSync(path, { throwIfNoEntry: false })?.isFile()) return { log: '' }
  const logPath = projectPath(root, path)
  return { log: logExcerpt(path, logPath), logPath }
}

/** HTML files inside outputs that are folders. */
async function pagesOf({ root }: Workspace, stage: Stage): Promise<string[]> {
  const pages: string[] = []
  for (const { path } of stage.outs.filter((out) => !isReference(out.path))) {
    const stats = statsOf(join(root, path))
    if (!stats?.isDirectory()) continue
    const inside = await listPaths(join(root, path))
    const named = inside.filter((file) => file.endsWith('.html')).sort(byCodeUnit)
    pages.push(...named.map((file) => `${path}/${file}`))
  }
  return pages
}
