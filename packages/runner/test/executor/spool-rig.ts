// Starts the worker of a spool for a test, and gives the executor that leads to it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildSync } from 'esbuild'
import type { Executor, OpenExecutor } from '../../src/execute/executor.ts'
import { openLocalExecutor } from '../../src/execute/local.ts'
import type { Surroundings } from '../../src/plan/workspace.ts'
import { run } from '../../src/session/run.ts'
import type { RunOutcome, RunRequest } from '../../src/session/run-request.ts'
import { openDiskObjects } from '../../src/store/disk-objects.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { fileThread } from '../store/file-thread.ts'
import { openSpool } from './spool.ts'
import { spoolAt } from './spool-files.ts'

const SOURCES = resolve(import.meta.dirname, '../..')
/** Below node_modules, so that the cells' host finds the packages that it imports. */
const PLACE = resolve(SOURCES, '../../node_modules/.cache')
const scripts = new Map<string, string>()

/** A script of the runner or of its tests as JavaScript, bundled once a process. */
function script(source: string, packages: 'bundle' | 'external'): string {
  const known = scripts.get(source)
  if (known !== undefined) return known
  mkdirSync(PLACE, { recursive: true })
  const folder = mkdtempSync(join(PLACE, 'weir-spool-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const outfile = join(folder, 'script.mjs')
  buildSync({
    entryPoints: [join(SOURCES, source)],
    outfile,
    bundle: true,
    packages,
    conditions: ['@weir/source'],
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  })
  scripts.set(source, outfile)
  return outfile
}

/** The script that a cell's process executes. */
export function cellHost(): string {
  return script('src/execute/cell-host.ts', 'external')
}

/** A worker under way. */
export interface SpoolRig {
  readonly folder: string
  readonly open: OpenExecutor
  /** Ends the worker and removes its spool. */
  end(): Promise<void>
}

/** Starts a worker. `packages`: the node_modules of its machine. */
export function startSpool(packages: string): SpoolRig {
  const folder = mkdtempSync(join(tmpdir(), 'weir-spool-of-'))
  const worker = script('test/executor/spool-worker.ts', 'bundle')
  const args = [worker, folder, cellHost(), fileThread(), packages]
  // What a stage gets of its run comes with its task: the worker's own environment is another one.
  const env = { PATH: process.env.PATH }
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  const place = spoolAt(folder)
  const store = openDiskObjects({ folder: place.store, link: 'copy' }, createFileWork(fileThread()))
  return {
    folder,
    open: (host) => openSpool(host, place, store),
    async end() {
      child.stdin?.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Tasks that change the world run here, where the world is; all others there. */
export function effectsHere(there: OpenExecutor): OpenExecutor {
  return (host) => {
    const [here, away] = [openLocalExecutor(host), there(host)]
    const of = (handle: string): [Executor, string] => {
      const at = handle.indexOf(' ')
      return [handle.startsWith('here') ? here : away, handle.slice(at + 1)]
    }
    return {
      async submit(task) {
        const isHere = task.effects.length > 0
        const handle = await (isHere ? here : away).submit(task)
        return `${isHere ? 'here' : 'away'} ${handle}`
      },
      poll(handle, seen) {
        const [executor, own] = of(handle)
        return executor.poll(own, seen)
      },
      cancel(handle, how) {
        const [executor, own] = of(handle)
        return executor.cancel(own, how)
      },
      logs(handle) {
        const [executor, own] = of(handle)
        return executor.logs(own)
      },
      capacity: away.capacity,
    }
  }
}

/** A run of a whole project in this process, by an executor. */
export function runWith(
  root: string,
  executor: OpenExecutor,
  { schemes, settings }: Pick<Surroundings, 'schemes'> & Pick<RunRequest, 'settings'>,
): Promise<RunOutcome> {
  const selection = { until: [], from: [], only: [] }
  const request = { command: 'weir run', selection, jobs: 2, force: false, keepGoing: false }
  const around = {
    ...{ cwd: root, env: process.env, build: 'test', version: '0.0.0' },
    ...{ cellHost: cellHost(), fileThread: fileThread(), schemes, executor },
  }
  const { signal } = new AbortController()
  return run({ ...request, settings }, around, () => undefined, signal)
}
