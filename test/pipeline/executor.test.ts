// The shipped pipeline by two executors: processes in the project, and a worker elsewhere with a store of its own.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import plugin from '@weir/registry/plugin'
import { expect, it, onTestFinished } from 'vitest'
import { run } from '../../packages/runner/src/session/run.ts'
import type { RunOutcome } from '../../packages/runner/src/session/run-request.ts'
import {
  cellHost,
  effectsHere,
  type SpoolRig,
  startSpool,
} from '../../packages/runner/test/executor/spool-rig.ts'
import { fileThread } from '../../packages/runner/test/store/file-thread.ts'
import { afterMonth1, type Churn, every, freshClone, STAGES } from './rig.ts'

/** A worker that ends with the test. */
function spoolFor(it: Churn): SpoolRig {
  const spool = startSpool(it.path('node_modules'))
  onTestFinished(() => spool.end())
  return spool
}

/** A run in this process whose tasks the worker takes. */
function runAway(it: Churn, spool: SpoolRig): Promise<RunOutcome> {
  const request = {
    command: 'weir run',
    selection: { until: [], from: [], only: [] },
    settings: [],
    jobs: 2,
    force: false,
    keepGoing: false,
  }
  const surroundings = {
    cwd: it.root,
    env: process.env,
    build: 'test',
    version: '0.0.0',
    cellHost: cellHost(),
    fileThread: fileThread(),
    schemes: plugin.references ?? {},
    executor: effectsHere(spool.open),
  }
  return run(request, surroundings, () => undefined, new AbortController().signal)
}

it('makes every artefact to the same digests, elsewhere as here', async () => {
  const [here, away] = [await afterMonth1(), freshClone()]
  // Builds the packages of the copy, which cells import.
  expect((await away.weir('status')).code).toBe(0)
  const spool = spoolFor(away)
  const outcome = await runAway(away, spool)
  const results = outcome.kind === 'finished' ? outcome.results : []
  expect(results.flatMap(({ problem }) => problem ?? [])).toEqual([])
  expect(outcome.ok).toBe(true)
  expect(away.read('pipeline.lock')).toBe(here.read('pipeline.lock'))
  const made = ['simulated', 'artifacts', 'reports/drift', 'reports/evaluation.html']
  expect(away.contents(...made)).toEqual(here.contents(...made))
  // What the worker said came into the logs.
  expect(away.read('.weir/logs/train.txt')).toBe(here.read('.weir/logs/train.txt'))
  // What one executor made is fresh for the other.
  expect(await away.states()).toEqual(every('fresh'))
  const elsewhere = readdirSync(join(spool.folder, 'ends')).map((handle) =>
    handle.split('-').at(-2),
  )
  expect(elsewhere.sort()).toEqual(STAGES.filter((name) => name !== 'promote').sort())
})
