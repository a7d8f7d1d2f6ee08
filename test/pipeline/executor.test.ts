// The shipped pipeline by two executors: processes in the project, and a worker elsewhere with a store of its own.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { open } from '@weir/runner/program'
import { expect, it, onTestFinished } from 'vitest'
import {
  effectsHere,
  type SpoolRig,
  startSpool,
} from '../../packages/runner/test/executor/spool-rig.ts'
import { afterMonth1, type Churn, every, freshClone, STAGES } from './rig.ts'

/** A worker that ends with the test. */
function spoolFor(it: Churn): SpoolRig {
  const spool = startSpool(it.path('node_modules'))
  onTestFinished(() => spool.end())
  return spool
}

/** A run, by the door for programs, whose tasks the worker takes but for those with effects; what went wrong in it. */
async function runAway(it: Churn, spool: SpoolRig): Promise<unknown[]> {
  const project = await open(it.root)
  const run = await project.run({ executor: effectsHere(spool.open), jobs: 2 })
  if (run.kind === 'unstarted') return [run]
  if (run.kind !== 'finished') return [...run.problems]
  return [...run.problems, ...run.stages.flatMap(({ problem }) => problem ?? [])]
}

it('makes every artefact to the same digests, elsewhere as here', async () => {
  const [here, away] = [await afterMonth1(), freshClone()]
  // Builds the packages of the copy, which cells import.
  expect((await away.weir('status')).code).toBe(0)
  const spool = spoolFor(away)
  expect(await runAway(away, spool)).toEqual([])
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
  const effects = ['publish_standing', 'promote']
  expect(elsewhere.sort()).toEqual(STAGES.filter((name) => !effects.includes(name)).sort())
})
