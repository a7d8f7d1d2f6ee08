// Starts the worker of a spool for a test, and gives the executor that leads to it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Executor, type OpenExecutor, openLocalExecutor } from '@weir/runner/program'
import { buildSync } from 'esbuild'
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
