// `-S key=value`: what params.yaml would be. It is read beside the file, and checked before a run writes it.
import { existsSync } from 'node:fs'
import type { Problem, Report } from '@weir/base'
import { readText } from '@weir/base/files'
import { PARAMS_FILE } from '../config/layout.ts'
import { keysOf } from '../config/template.ts'
import type { Overlay } from './project.ts'

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

/** The text of a params file; undefined where there is none. */
export function paramsText(path: string): string | undefined {
  return existsSync(path) ? readText(path) : undefined
}
