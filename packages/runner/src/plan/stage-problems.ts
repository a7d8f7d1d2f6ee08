// What keeps a stage from running, as far as it can be told before anything runs: its own problems and no other's.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isWithin, type Problem } from '@weir/base'
import { isReference, type Stage } from '../config/model.ts'
import type { Graph } from './graph.ts'
import { factOf } from './makers.ts'

/** The problems of a stage that are known now. What is missing is looked for again each time, since it may come. */
export type StageProblems = (stage: Stage) => readonly Problem[]

/** Problems of the configuration, references that nobody resolves, and files that are missing and that no stage makes. */
export function createStageProblems(
  root: string,
  graph: Graph,
  schemes: readonly string[],
): StageProblems {
  const isMissing = createIsMissing(root, graph)
  return (stage) => [
    ...(stage.problems ?? []),
    ...unknownSchemes(stage, schemes),
    ...neededFiles(stage)
      .filter(isMissing)
      .map((path) => missingFile(stage, path)),
  ]
}

/** True for a stage that never runs with these params, and so needs nothing. */
export function isOff(stage: Stage): boolean {
  return stage.when?.test.kind === 'never'
}

/** The files that a stage needs in order to be run; a frozen one is not run. */
function neededFiles(stage: Stage): string[] {
  const source = stage.command.kind === 'run' ? [stage.command.file] : []
  const read = stage.frozen ? [] : [...stage.deps, ...source]
  return [...read, ...factOf(stage)].filter((path) => !isReference(path))
}

function createIsMissing(root: string, { stages }: Graph): (path: string) => boolean {
  const outs = [...stages.values()].flatMap((stage) => stage.outs.map((out) => out.path))
  // Many stages read the same few files: each is found once.
  const found = new Set(outs)
  return (path) => {
    if (found.has(path)) return false
    const there =
      existsSync(resolve(root, path)) ||
      outs.some((out) => isWithin(path, out) || isWithin(out, path))
    if (there) found.add(path)
    return !there
  }
}

function missingFile(stage: Stage, path: string): Problem {
  return {
    code: 'DEP_MISSING',
    message: `stage '${stage.name}' needs '${path}', which does not exist and which no stage makes`,
    place: stage.place,
    hint: 'check the path (it is relative to pipeline.yaml), or add the stage that makes it',
  }
}

function unknownSchemes(stage: Stage, schemes: readonly string[]): Problem[] {
  return [...stage.deps, ...stage.outs.map((out) => out.path)]
    .filter((path) => isReference(path) && !schemes.includes(path.slice(0, path.indexOf(':'))))
    .map((path) => ({
      code: 'UNKNOWN_SCHEME',
      message: `stage '${stage.name}' names '${path}', whose scheme nothing here resolves`,
      place: stage.place,
      hint: `schemes: ${schemes.join(', ') || 'none'}`,
    }))
}
