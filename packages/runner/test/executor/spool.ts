// The second executor of the tests: tasks are files in a folder, which another process claims. It has a store and
// workspaces of its own, so that a task gets nothing of the project but what is copied by digest. This is the side of
// the session; spool-worker.ts is the other one.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CodedError, isOutside } from '@weir/base'
import {
  copyContents,
  type Executor,
  type ExecutorHost,
  instanceFile,
  type ObjectStore,
  type Said,
  type Status,
  type Task,
} from '@weir/runner/program'
import {
  type Laid,
  readSaid,
  type SpoolEnd,
  type SpoolPlace,
  type SpoolTask,
  TICK_MS,
} from './spool-files.ts'

/** Opens the executor of a run over a spool folder; `store` is the worker's. */
export function openSpool(
  { root, contents, objects }: ExecutorHost,
  place: SpoolPlace,
  store: ObjectStore,
): Executor {
  const tasks = new Map<string, Task>()
  const cancelled = new Set<string>()
  /** Puts what a task needs into the project's store and copies to the worker's what is not there. */
  const lay = async (path: string): Promise<Laid | undefined> => {
    const content = await contents.keep(resolve(root, path))
    if (!content) return undefined
    if (isOutside(path)) throw new CodedError('PATH_OUTSIDE', `'${path}' is outside the project`)
    await copyContents(objects, store, [content])
    const { kind, sha256, size } = content
    return { path, kind, sha256, size, ...('exec' in content && content.exec && { exec: true }) }
  }
  return {
    async submit(task) {
      const handle = `${task.id.run}-${instanceFile(task.id)}-${task.id.attempt}`
      const laid: Laid[] = []
      for (const [path, digest] of needsOf(task)) {
        const found = await lay(path)
        if (digest !== undefined && found?.sha256 !== digest)
          throw new CodedError('INPUT_CHANGED', `'${path}' changed while its task was submitted`)
        if (found) laid.push(found)
      }
      tasks.set(handle, task)
      writeWhole(place.path('tasks', handle), { task, laid } satisfies SpoolTask)
      return handle
    },
    async poll(handle, seen) {
      for (;;) {
        const status = statusOf(place, handle, cancelled.has(handle))
        if (status.state === 'ended') await bringBack(handle)
        if (status.state !== seen) return status
        await sleep(TICK_MS)
      }
    },
    async cancel(handle, how) {
      cancelled.add(handle)
      writeWhole(place.path('cancels', handle), how)
    },
    logs: (handle) => follow(place, handle),
    capacity: async () => ({ tasks: 2 }),
  }

  /** Copies the outputs back by digest and lays them down where the task's own folder has them. */
  async function bringBack(handle: string): Promise<void> {
    const task = tasks.get(handle)
    const { made } = JSON.parse(readFileSync(place.path('ends', handle), 'utf8')) as SpoolEnd
    for (const output of task ? made : []) {
      await copyContents(store, objects, [output])
      const path = resolve(root, output.path)
      rmSync(path, { recursive: true, force: true })
      const failure = await contents.restore(output, path)
      if (failure)
        throw new CodedError('CACHE_CORRUPT', `the output '${output.path}' is ${failure.kind}`)
    }
    tasks.delete(handle)
  }
}

/** The paths that a task reads, with the digest that each must have. */
function needsOf({ code, inputs, outputs }: Task): [path: string, digest?: string][] {
  const begun = outputs.filter(({ persist }) => persist)
  return [
    ...(code.kind === 'cell' ? code.files : []).map(pathAndDigest),
    ...inputs.map(pathAndDigest),
    ...begun.map(({ path }): [string] => [path]),
  ]
}

function pathAndDigest(file: { readonly path: string; readonly digest: string }): [string, string] {
  return [file.path, file.digest]
}

function statusOf(place: SpoolPlace, handle: string, cancelled: boolean): Status {
  const end = place.path('ends', handle)
  if (existsSync(end)) {
    const { result } = JSON.parse(readFileSync(end, 'utf8')) as SpoolEnd
    return { state: 'ended', result }
  }
  if (cancelled) return { state: 'stopping' }
  return { state: existsSync(place.path('tasks', handle)) ? 'waiting' : 'running' }
}

async function* follow(place: SpoolPlace, handle: string): AsyncIterable<Said> {
  const path = place.path('said', handle)
  for (let [read, ended] = [0, false]; !ended; ) {
    // Looked at first: what is there after the end is all there will be.
    ended = existsSync(place.path('ends', handle))
    const { said, upTo } = readSaid(path, read)
    read = upTo
    yield* said
    if (!ended) await sleep(TICK_MS)
  }
}

function writeWhole(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.aside`, JSON.stringify(value), { mode: 0o600 })
  renameSync(`${path}.aside`, path)
}
