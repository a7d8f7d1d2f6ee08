// `-S key=value`: what params.yaml would be. It is checked before it is written, and put back where a stage refuses it.
import { existsSync } from 'node:fs'
import type { Problem, Report } from '@weir/base/problem'
import { readText } from '@weir/base/read-text'
import { replaceFile } from '@weir/base/write'
import { PARAMS_FILE } from '../config/layout.ts'
import { keysOf } from '../config/template.ts'
import type { Overlay } from '../plan/project.ts'
import type { StageResult } from './events.ts'

/** Settings that are not written yet. */
export interface Settings {
  /** params.yaml with the settings in it; nothing where they change nothing. */
  readonly overlay: Overlay
  /** The text without them; undefined for an absent file. */
  readonly old: string | undefined
  /** The dotted keys that are set. */
  readonly keys: readonly string[]
}

export type SettingsOutcome =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads settings into a text of params.yaml, which is at a path, beside the file. */
export async function readSettings(
  path: string,
  assignments: readonly string[],
): Promise<SettingsOutcome> {
  if (assignments.length === 0)
    return { ok: true, settings: { overlay: {}, old: undefined, keys: [] } }
  const { setParams } = await import('../config/set-param.ts')
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push(problem)
  const old = paramsText(path)
  const text = setParams(old ?? '', assignments, report)
  if (text === undefined) return { ok: false, problems }
  const overlay = text === old ? {} : { [PARAMS_FILE]: text }
  const keys = assignments.map((assignment) => dotted(assignment.slice(0, assignment.indexOf('='))))
  return { ok: true, settings: { overlay, old, keys } }
}

/** `list[0]` as problems of params name it: `list.0`. */
function dotted(key: string): string {
  return keysOf(key).join('.')
}

function paramsText(path: string): string | undefined {
  return existsSync(path) ? readText(path) : undefined
}

/** A run's hold on params.yaml. */
export interface ParamsWrite {
  /** Writes the settings; the problem if the file is not any more what they were checked with. */
  write(): Problem | undefined
  /** Puts the file back if a stage failed for the very value of a param that was set. True if it did. */
  putBack(results: readonly StageResult[]): boolean
  /** Puts the file back after an error that let no stage begin. */
  undo(): void
}

/** Prepares the write of settings. */
export function prepareWrite(path: string, { overlay, old, keys }: Settings): ParamsWrite {
  const text = overlay[PARAMS_FILE]
  if (text === undefined) return NOTHING
  const undo = (): boolean => {
    // What a person has written meanwhile stays.
    if (old === undefined || paramsText(path) !== text) return false
    replaceFile(path, old)
    return true
  }
  return {
    write() {
      if (paramsText(path) !== old) return changedMeanwhile()
      replaceFile(path, text)
      return undefined
    },
    putBack(results) {
      const refused = results.flatMap(({ problem }) => problem?.param ?? [])
      return refused.some((param) => keys.some((key) => isPartOf(param, key))) && undo()
    },
    undo,
  }
}

const NOTHING: ParamsWrite = {
  write: () => undefined,
  putBack: () => false,
  undo: () => undefined,
}

/** True for one param, or one that lies in the other: `-S data={…}` sets `data.source`. */
function isPartOf(param: string, key: string): boolean {
  return `${param}.`.startsWith(`${key}.`) || `${key}.`.startsWith(`${param}.`)
}

function changedMeanwhile(): Problem {
  return {
    code: 'INPUT_CHANGED',
    message: `${PARAMS_FILE} changed while -S was checked; nothing was run and nothing written`,
    place: { file: PARAMS_FILE },
    hint: 'run again when nothing else writes there',
  }
}
