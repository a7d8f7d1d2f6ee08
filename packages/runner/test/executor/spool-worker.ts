// The other side of the spool: a process of its own, which claims task files, runs each in a workspace outside the
// project on what its own store has, and puts the outputs there. It ends with its standard input.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Executor, TaskState } from '../../src/execute/executor.ts'
import { openLocalExecutor } from '../../src/execute/local.ts'
import type { Result, Task } from '../../src/execute/task.ts'
import { openContents } from '../../src/store/content-store.ts'
import { openDiskObjects } from '../../src/store/disk-objects.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { createFileHasher } from '../../src/store/hash-files.ts'
import { memory } from '../store/memory.ts'
import {
  type Laid,
  type SpoolEnd,
  type SpoolTask,
  saidLine,
  spoolAt,
  TICK_MS,
} from './spool-files.ts'

const [spool = '', cellHost = '', fileThread = '', packages = ''] = process.argv.slice(2)
const place = spoolAt(spool)
const work = createFileWork(fileThread)
const hasher = createFileHasher(memory(), work)
const storePlace = { folder: place.store, link: 'copy' } as const
const objects = openDiskObjects(storePlace, work)
const contents = openContents(storePlace, hasher, work)

process.stdin.on('end', () => process.exit(0)).resume()
for (const folder of ['tasks', 'claimed', 'cancels', 'said', 'ends'] as const)
  mkdirSync(place.path(folder), { recursive: true })
setInterval(claim, TICK_MS)

/** Claims what waits. A rename succeeds for one process only. */
function claim(): void {
  for (const handle of readdirSync(place.path('tasks')).filter(
    (name) => !name.endsWith('.aside'),
  )) {
    renameSync(place.path('tasks', handle), place.path('claimed', handle))
    void carryOut(handle)
  }
}

async function carryOut(handle: string): Promise<void> {
  const text = readFileSync(place.path('claimed', handle), 'utf8')
  const { task, laid } = JSON.parse(text) as SpoolTask
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-spool-')))
  const here = { ...task, folder }
  const end = await attempt(here, laid, handle).catch(brokenEnd)
  rmSync(folder, { recursive: true, force: true })
  const path = place.path('ends', handle)
  writeFileSync(`${path}.aside`, JSON.stringify(end))
  renameSync(`${path}.aside`, path)
}

async function attempt(task: Task, laid: readonly Laid[], handle: string): Promise<SpoolEnd> {
  const result = await runIn(task.folder, task, laid, handle)
  return { result, made: await store(task, result) }
}

/** The end of a task that this worker could not run. */
function brokenEnd(error: Error): SpoolEnd {
  const ended = { how: 'error', code: 'STAGE_FAILED', message: `worker: ${error.message}` } as const
  return { result: { ended, metrics: {}, shown: [], outputs: [], seconds: 0 }, made: [] }
}

/** Makes the working folder and runs the task there as a local one. */
async function runIn(
  folder: string,
  task: Task,
  laid: readonly Laid[],
  handle: string,
): Promise<Result> {
  for (const content of laid) {
    const path = join(folder, content.path)
    mkdirSync(dirname(path), { recursive: true })
    const failure = await contents.restore(content, path)
    if (failure) throw new Error(`the store lacks ${content.path}: ${failure.kind}`)
  }
  for (const { path } of task.outputs) mkdirSync(dirname(join(folder, path)), { recursive: true })
  symlinkSync(packages, join(folder, 'node_modules'))
  const scratch = join(folder, '.scratch')
  mkdirSync(scratch)
  const host = { root: folder, scratch, env: process.env, cellHost, contents, objects }
  const executor = openLocalExecutor(host)
  const local = await executor.submit(task)
  const cancels = setInterval(() => cancelIfAsked(executor, local, handle), TICK_MS)
  try {
    const [result] = await Promise.all([endOf(executor, local), writeSaid(executor, local, handle)])
    return result
  } finally {
    clearInterval(cancels)
  }
}

function cancelIfAsked(executor: Executor, local: string, handle: string): void {
  const path = place.path('cancels', handle)
  if (existsSync(path)) void executor.cancel(local, JSON.parse(readFileSync(path, 'utf8')))
}

async function endOf(executor: Executor, local: string): Promise<Result> {
  for (let seen: TaskState = 'waiting'; ; ) {
    const status = await executor.poll(local, seen)
    if (status.state === 'ended') return status.result
    seen = status.state
  }
}

async function writeSaid(executor: Executor, local: string, handle: string): Promise<void> {
  for await (const said of executor.logs(local))
    appendFileSync(place.path('said', handle), saidLine(said), { mode: 0o600 })
}

/** Puts the outputs that were made into the store. */
async function store({ folder, outputs }: Task, result: Result): Promise<Laid[]> {
  const made: Laid[] = []
  for (const { name, path } of outputs) {
    const content = result.outputs.includes(name) && (await contents.keep(join(folder, path)))
    if (!content) continue
    const { kind, sha256, size } = content
    const exec = 'exec' in content && content.exec ? { exec: true as const } : {}
    made.push({ path, kind, sha256, size, ...exec })
  }
  return made
}
