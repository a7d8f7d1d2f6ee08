// Which stage makes which path. Refuses two makers of one path, nested outputs, and outputs that belong to somebody else.

import { isOutside, isWithin, type Report } from '@weir/base'
import { LOCK_FILE, PARAMS_FILE, PIPELINE_FILE, STATE_FOLDER } from '../config/layout.ts'
import { isReference, type Stage } from '../config/model.ts'

/** Which stage makes a path; also finds makers above and below a path without looking at every output. */
export interface Makers {
  readonly exact: ReadonlyMap<string, string>
  /** Every folder that has an output somewhere below it, with the makers. */
  readonly below: ReadonlyMap<string, ReadonlySet<string>>
}

/** Finds the makers; undefined where outputs or dependencies cannot be as declared, every case of which is reported. */
export function collectMakers(stages: readonly Stage[], report: Report): Makers | undefined {
  const exact = new Map<string, string>()
  const below = new Map<string, Set<string>>()
  let sound = true
  const wrong: Report = (problem) => {
    sound = false
    report(problem)
  }
  const cells = stages.flatMap(({ command }) => (command.kind === 'run' ? [command.file] : []))
  for (const stage of stages)
    for (const { path } of stage.outs) {
      const other = exact.get(path)
      if (other !== undefined) reportTwice(path, other, stage, wrong)
      if (isOutside(path)) reportOutside(path, stage, wrong)
      else checkReserved(path, stage, cells, wrong)
      exact.set(path, stage.name)
      for (const folder of foldersOf(path))
        below.set(folder, (below.get(folder) ?? new Set()).add(stage.name))
    }
  for (const stage of stages) {
    checkOverlaps(stage, exact, wrong)
    checkOwn(stage, wrong)
  }
  return sound ? { exact, below } : undefined
}

function reportTwice(path: string, other: string, stage: Stage, report: Report): void {
  report({
    code: 'OUT_TWICE',
    message:
      other === stage.name
        ? `stage '${stage.name}' declares the output '${path}' twice`
        : `the output '${path}' is written by '${other}' and by '${stage.name}'`,
    place: stage.place,
    hint: 'an output has one maker and one entry: take one of the two away, or give it another path',
  })
}

function reportOutside(path: string, stage: Stage, report: Report): void {
  report({
    code: 'PATH_OUTSIDE',
    message: `stage '${stage.name}' would write '${path}', outside the project`,
    place: stage.place,
    hint: 'outputs lie inside the project; copy them elsewhere in a step of your own',
  })
}

function checkOverlaps(stage: Stage, makers: ReadonlyMap<string, string>, report: Report): void {
  for (const { path } of stage.outs) {
    const outer = foldersOf(path).find((folder) => makers.has(folder))
    if (outer !== undefined)
      report({
        code: 'OUT_OVERLAP',
        message: `the output '${path}' of '${stage.name}' lies inside '${outer}', an output of '${makers.get(outer)}'`,
        place: stage.place,
        hint: 'outputs do not overlap: give one of them a folder of its own',
      })
  }
}

/** What a stage reads must not be what it writes, or its run would change its own key. */
function checkOwn(stage: Stage, report: Report): void {
  const own = stage.outs.map((out) => out.path)
  const touches = (dep: string): boolean =>
    own.some(
      (path) => path === dep || (!isReference(dep) && (isWithin(dep, path) || isWithin(path, dep))),
    )
  for (const dep of [...stage.deps, ...factOf(stage)]) {
    if (touches(dep))
      report({
        code: 'DEP_IS_OUT',
        message: `stage '${stage.name}' depends on '${dep}', which it writes itself or in part`,
        place: stage.place,
        hint: 'take it from deps or from outs; of a folder name only the parts that others write',
      })
    if (isRunners(dep) || !/[^./]/.test(dep)) reportReserved(dep, stage, report)
  }
}

/** What no output may be: the project itself, its settings, its code, its history, and the runner's state. */
function checkReserved(path: string, stage: Stage, cells: readonly string[], report: Report): void {
  const fixed = [PIPELINE_FILE, PARAMS_FILE].includes(path) || isWithin(path, '.git')
  const code = cells.some((file) => isWithin(file, path))
  if (path === '.' || fixed || code || isRunners(path)) reportReserved(path, stage, report)
}

/** True for what the runner itself writes. */
function isRunners(path: string): boolean {
  // The last one cannot be a key of the maps that records are kept in.
  return isWithin(path, STATE_FOLDER) || path === LOCK_FILE || path === '__proto__'
}

function reportReserved(path: string, stage: Stage, report: Report): void {
  report({
    code: 'PATH_RESERVED',
    message: `stage '${stage.name}' names '${path}', which is the project's own or the runner's`,
    place: stage.place,
    hint: 'name a file or a folder of data',
  })
}

/** The file that a stage's condition looks into, if there is one. */
export function factOf(stage: Stage): string[] {
  return stage.when?.test.kind === 'fact' ? [stage.when.test.file] : []
}

/** The folders that a path lies in, outermost first; none for a reference. */
export function foldersOf(path: string): string[] {
  if (isReference(path)) return []
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}
