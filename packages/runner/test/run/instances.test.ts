// Instances of a stage, made by hand since pipeline.yaml makes none yet: how the graph, the lock, the schedule, logs,
// scratch folders and tasks know them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { diskFiles } from '@weir/base/files'
import { takeMutex } from '@weir/base/mutex'
import { describe, expect, it } from 'vitest'
import { instanceText, type StageInstance, soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import type { Stage } from '../../src/config/model.ts'
import { openLocalExecutor } from '../../src/execute/local.ts'
import type { Task } from '../../src/execute/task.ts'
import { buildGraph } from '../../src/plan/graph.ts'
import { lookAhead } from '../../src/plan/look-ahead.ts'
import { select } from '../../src/plan/select.ts'
import { openWorkspace, type Workspace } from '../../src/plan/workspace.ts'
import type { StageResult } from '../../src/session/events.ts'
import { openExecution } from '../../src/session/open-execution.ts'
import { lastRuns } from '../../src/session/recorded-run.ts'
import { runLogPath } from '../../src/session/run-logs.ts'
import { schedule } from '../../src/session/schedule.ts'
import { openLock } from '../../src/store/lock-file.ts'
import { Pipeline, surroundings } from './rig.ts'

/** A key with all that neither a path nor a name may have as it is. */
const ODD = 'eu/north @ 1'
const JANUARY: StageInstance = { stage: 'train', key: '2024-01' }
const REGION: StageInstance = { stage: 'train', key: ODD }

/** Stages one and two stand for two instances of train; join reads what both made. */
const STAGES = {
  one: { cmd: 'echo one; cat in > one.txt', deps: ['in'], outs: ['one.txt'] },
  two: { cmd: 'echo "$WEIR_STAGE"; cat in > two.txt', deps: ['in'], outs: ['two.txt'] },
  join: { cmd: 'cat one.txt two.txt > all', deps: ['one.txt', 'two.txt'], outs: ['all'] },
}
const IDS: Readonly<Record<string, StageInstance>> = { one: JANUARY, two: REGION }

function asInstance(stage: Stage): Stage {
  const id = IDS[stage.name] ?? stage.id
  return { ...stage, id, name: instanceText(id) }
}

/** A project with these instances in the place of its stages; the tasks that its runs submit. */
class Expanded {
  readonly project = new Pipeline(STAGES, { in: 'x' })
  readonly root = this.project.root
  readonly layout = layoutOf(this.root)
  readonly tasks: Task[] = []

  async open(): Promise<Workspace> {
    const opened = await openWorkspace(this.layout, {
      ...surroundings(this.root),
      executor: (host) => {
        const here = openLocalExecutor(host)
        return {
          ...here,
          submit: (task) => {
            this.tasks.push(task)
            return here.submit(task)
          },
        }
      },
    })
    if (!opened.ok) throw new Error('the project is broken')
    const { workspace } = opened
    const pipeline = {
      ...workspace.pipeline,
      stages: workspace.pipeline.stages.map(asInstance),
    }
    const graph = buildGraph(pipeline, (problem) => {
      throw new Error(problem.message)
    })
    if (!graph) throw new Error('no graph')
    return { ...workspace, pipeline, graph }
  }

  /** A run of what is selected. */
  async run(until: readonly string[] = []): Promise<StageResult[]> {
    const workspace = await this.open()
    const selection = { until, from: [], only: [] }
    const selected = selectedOf(workspace, until)
    const request = {
      command: 'x',
      selection,
      settings: [],
      jobs: 1,
      force: false,
      keepGoing: true,
    }
    const mutex = await takeMutex(this.layout.mutex, { what: 'x' })
    const { signal } = new AbortController()
    const { execution, journal } = openExecution(
      { workspace, refused: new Map() },
      request,
      () => undefined,
      signal,
      { mutex },
    )
    try {
      execution.listen({ kind: 'run_started', stages: selected, jobs: 1 })
      workspace.lock.begin(execution.runId, mutex.isHeld)
      return await schedule(execution, { ...request, selected })
    } finally {
      workspace.lock.end()
      journal.close()
      execution.scratch.remove()
      mutex.release()
    }
  }

  async outcomes(until?: readonly string[]): Promise<string[]> {
    return (await this.run(until)).map(({ name, outcome }) => `${name} ${outcome}`)
  }
}

function selectedOf({ graph }: Workspace, until: readonly string[]): string[] {
  const problems: string[] = []
  const selected = select(graph, { until, from: [], only: [] }, ({ code }) => problems.push(code))
  return selected ?? problems
}

const [FIRST, SECOND] = ['train@2024-01', `train@${ODD}`]

describe('instances of a stage', () => {
  it('are told apart by the graph, and selected by their own name or that of their stage', async () => {
    const workspace = await new Expanded().open()
    expect(workspace.graph.order).toEqual([FIRST, SECOND, 'join'])
    expect([...(workspace.graph.upstream.get('join') ?? [])]).toEqual([FIRST, SECOND])
    expect(selectedOf(workspace, ['train'])).toEqual([FIRST, SECOND])
    expect(selectedOf(workspace, [SECOND])).toEqual([SECOND])
    expect(selectedOf(workspace, ['train@none'])).toEqual(['UNKNOWN_STAGE'])
  })

  it('run once each, have their entries in the lock, and are fresh then', async () => {
    const it = new Expanded()
    expect(await it.outcomes()).toEqual([`${FIRST} ran`, `${SECOND} ran`, 'join ran'])
    const opened = openLock(it.layout)
    if (!opened.ok) throw new Error(opened.problem.message)
    expect(opened.lock.ids()).toEqual([soleInstance('join'), JANUARY, REGION])
    expect(Object.keys(opened.lock.get(REGION)?.outs ?? {})).toEqual(['two.txt'])
    expect(opened.lock.get(soleInstance('train'))).toBeUndefined()
    const states = await lookAhead(await it.open(), [FIRST, SECOND, 'join'], false)
    expect(states.map(({ state }) => state)).toEqual(['fresh', 'fresh', 'fresh'])
    expect(await it.outcomes(['train'])).toEqual([`${FIRST} cached`, `${SECOND} cached`])
  })

  it('leave the block of a stage without a key as it was', async () => {
    const it = new Expanded()
    await it.run()
    const lock = (): string => readFileSync(it.layout.lock, 'utf8')
    const block = (text: string): string =>
      text.slice(text.indexOf('  "join":'), text.indexOf('  "train@'))
    const expanded = lock()
    await it.project.run()
    const plain = lock()
    expect(plain.slice(plain.indexOf('  "join":'))).toContain(block(expanded))
  })

  it('have logs of their own, of the last attempt and by run, also with a name that is no file’s', async () => {
    const it = new Expanded()
    await it.run()
    const names = ['join.txt', 'train@2024-01.txt', 'train@eu%2Fnorth%20%40%201.txt']
    expect(readdirSync(it.layout.logs).sort()).toEqual(names)
    const [run] = lastRuns(it.layout, diskFiles)
    const id = run?.head.run ?? ''
    expect(readdirSync(join(it.layout.runJournals, id)).sort()).toEqual(names)
    expect(readFileSync(runLogPath(it.layout, id, REGION), 'utf8')).toContain(`\n${SECOND}\n`)
    expect(run?.stages.map(({ name }) => name)).toEqual([FIRST, SECOND, 'join'])
  })

  it('are whose attempt a task is', async () => {
    const it = new Expanded()
    await it.run()
    expect(it.tasks.map(({ id: { stage, key, attempt } }) => [stage, key, attempt])).toEqual([
      ['train', '2024-01', 1],
      ['train', ODD, 1],
      ['join', null, 1],
    ])
    expect(existsSync(join(it.root, 'all'))).toBe(true)
  })

  it('is out of force by itself while it runs, and restored by itself', async () => {
    const it = new Expanded()
    await it.run()
    it.project.remove('two.txt')
    expect(await it.outcomes()).toEqual([`${FIRST} cached`, `${SECOND} restored`, 'join cached'])
    const workspace = await it.open()
    const mutex = await takeMutex(it.layout.mutex, { what: 'x' })
    workspace.lock.begin('killed', mutex.isHeld)
    workspace.lock.suspend(REGION)
    const after = (await it.open()).lock
    expect([after.get(REGION), after.get(JANUARY)?.key]).toEqual([
      undefined,
      workspace.lock.get(JANUARY)?.key,
    ])
    workspace.lock.resume(REGION)
    workspace.lock.end()
    mutex.release()
  })
})
