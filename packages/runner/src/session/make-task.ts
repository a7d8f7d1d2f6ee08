// Makes the task of one attempt: what a stage is, as the plain data that an executor takes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Digest, projectPath, sha256 } from '@weir/base'
import { isReference, type Stage } from '../config/model.ts'
import { nestedValues } from '../config/params.ts'
import type { Task, TaskCode, TaskInput, TaskOutput, TaskVariable } from '../execute/task.ts'
import { digestOfKey, referenceText } from '../plan/contents.ts'
import type { Prepared } from '../plan/key.ts'
import { portPaths } from '../plan/port-paths.ts'
import type { Workspace } from '../plan/workspace.ts'
import { fileOuts, type Places } from './outputs.ts'

/** What a task has besides its stage. */
export interface TaskOptions {
  readonly prepared: Prepared
  /** Where the outputs are made. */
  readonly places: Places
  /** A folder of the attempt's own, for the texts of references. */
  readonly folder: string
  readonly run: string
  readonly attempt: number
  readonly timeoutMs: number | undefined
}

export async function makeTask(
  workspace: Workspace,
  stage: Stage,
  { prepared, places, folder, run, attempt, timeoutMs }: TaskOptions,
): Promise<Task> {
  const { root, pipeline, surroundings } = workspace
  return {
    id: { ...stage.id, run, attempt },
    code: await codeOf(workspace, stage, prepared),
    params: nestedValues(stage.params, pipeline.params),
    inputs: await inputsOf(workspace, prepared, folder),
    outputs: fileOuts(stage).map((out): TaskOutput => {
      const { path: name, kind, persist } = out
      return { name, kind, path: projectPath(root, places.of(name)), persist }
    }),
    effects: stage.outs.map(({ path }) => path).filter(isReference),
    env: variablesOf(stage, surroundings.env),
    limits: timeoutMs === undefined ? {} : { timeoutMs },
    folder: root,
  }
}

async function codeOf(
  { root, hasher, code, pipeline }: Workspace,
  { command }: Stage,
  { cell }: Prepared,
): Promise<TaskCode> {
  if (command.kind === 'cmd') return { kind: 'commands', lines: command.lines }
  if (!cell) throw new Error(`${command.file} was not packed`)
  const files: { path: string; digest: Digest }[] = []
  for (const path of [cell.packed, `${cell.packed}.map`]) {
    const content = await hasher.content(join(root, path))
    if (content) files.push({ path, digest: content.sha256 })
  }
  const ports = portPaths(code.description(command.file), pipeline)
  return { kind: 'cell', entry: cell.packed, files, ports }
}

async function inputsOf(
  workspace: Workspace,
  { document }: Prepared,
  folder: string,
): Promise<TaskInput[]> {
  const inputs: TaskInput[] = []
  for (const [name, key] of Object.entries(document.deps)) {
    if (!isReference(name)) inputs.push({ name, path: name, ...digestOfKey(key) })
    else {
      const place = join(folder, 'references', `${inputs.length}.json`)
      const digest = keepText(place, await referenceText(workspace, name))
      inputs.push({ name, kind: 'ref', path: projectPath(workspace.root, place), digest })
    }
  }
  return inputs
}

function keepText(path: string, text: string | null): Digest {
  const line = `${text ?? 'null'}\n`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, line)
  return sha256(line)
}

/** What a stage declares, with the caller's value where it gives none. */
function variablesOf(
  { env, secrets }: Stage,
  caller: Readonly<Record<string, string | undefined>>,
): TaskVariable[] {
  return Object.entries(env).flatMap(([name, own]) => {
    const value = own ?? (Object.hasOwn(caller, name) ? caller[name] : undefined)
    return value === undefined ? [] : [{ name, value, secret: secrets.includes(name) }]
  })
}
