// `-S key=value`: what params.yaml would be. It is checked before it is written, and put back where no stage takes it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PARAMS_FILE, type Pipeline, type Stage } from '../config/model.ts'
import { declaredValues } from '../config/params.ts'
import { loadProject, type Overlay } from '../config/project.ts'
import type { Problem, Report } from '../problem.ts'
import { replaceFile } from '../store/write.ts'
import type { StageResult } from './events.ts'
import type { Workspace } from './workspace.ts'

/** Settings that are not written yet. */
export interface Settings {
  /** params.yaml with the settings in it; nothing where they change nothing. */
  readonly overlay: Overlay
  /** The text without them; undefined for an absent file. */
  readonly old: string | undefined
}

export type SettingsOutcome =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads settings into a text of params.yaml beside the file. */
export async function readSettings(
  root: string,
  assignments: readonly string[],
): Promise<SettingsOutcome> {
  if (assignments.length === 0) return { ok: true, settings: { overlay: {}, old: undefined } }
  const { setParams } = await import('../config/set-param.ts')
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push(problem)
  const old = paramsText(root)
  const text = setParams(old ?? '', assignments, report)
  if (text === undefined) return { ok: false, problems }
  return { ok: true, settings: { overlay: text === old ? {} : { [PARAMS_FILE]: text }, old } }
}

function paramsText(root: string): string | undefined {
  const path = join(root, PARAMS_FILE)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** A run's hold on params.yaml. */
export interface ParamsWrite {
  /** Writes the settings; the problem if the file is not any more what they were checked with. */
  write(): Problem | undefined
  /**
   * Puts the file back if a stage that the settings concern failed, and none took them (ran, was restored, or was
   * up to date with them): then nothing in the project is made with them. True if it did.
   */
  putBack(results: readonly StageResult[]): boolean
  /** Puts the file back after an error that let no stage begin. */
  undo(): void
}

/** Prepares the write; to be asked before it, since what the settings concern is known by what was there. */
export async function prepareWrite(
  { root, pipeline, surroundings }: Workspace,
  { overlay, old }: Settings,
): Promise<ParamsWrite> {
  const text = overlay[PARAMS_FILE]
  if (text === undefined) return NOTHING
  const before = await loadProject(root, surroundings.build)
  const concerned = concernedStages(pipeline, before.ok ? before.pipeline : undefined)
  const path = join(root, PARAMS_FILE)
  const undo = (): boolean => {
    // What a person has written meanwhile stays.
    if (old === undefined || paramsText(root) !== text) return false
    replaceFile(path, old)
    return true
  }
  return {
    write() {
      if (paramsText(root) !== old) return changedMeanwhile()
      replaceFile(path, text)
      return undefined
    },
    putBack(results) {
      const theirs = results.filter(({ name }) => concerned.has(name))
      const refused = theirs.some(({ outcome }) => outcome === 'failed') && !theirs.some(isTaken)
      return refused && undo()
    },
    undo,
  }
}

const NOTHING: ParamsWrite = {
  write: () => undefined,
  putBack: () => false,
  undo: () => undefined,
}

function isTaken({ outcome }: StageResult): boolean {
  return outcome === 'ran' || outcome === 'restored' || outcome === 'cached'
}

/** The stages that differ between two readings of the pipeline; a frozen one takes nothing. All, if there was none. */
function concernedStages(now: Pipeline, before: Pipeline | undefined): ReadonlySet<string> {
  const known = new Set(before?.stages.map((stage) => content(stage, before)))
  const concerned = now.stages.filter((stage) => !stage.frozen && !known.has(content(stage, now)))
  return new Set(concerned.map((stage) => stage.name))
}

function content(stage: Stage, { params }: Pipeline): string {
  return JSON.stringify([stage, declaredValues(stage.params, params)])
}

function changedMeanwhile(): Problem {
  return {
    code: 'INPUT_CHANGED',
    message: `${PARAMS_FILE} changed while -S was checked; nothing was run and nothing written`,
    place: { file: PARAMS_FILE },
    hint: 'run again when nothing else writes there',
  }
}
