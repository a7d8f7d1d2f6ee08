// What a program must not compile does not: `tsc` reads this file, and an expected error that is none is an error.
import { expect, it } from 'vitest'
import type {
  Artefact,
  Digest,
  Executor,
  OpenExecutor,
  PlanOutcome,
  ProgramRun,
  Project,
  Records,
  StageState,
  Task,
} from '../../src/door/program.ts'

/** Only compiled. */
export async function use(project: Project, executor: OpenExecutor): Promise<void> {
  const plan: PlanOutcome = await project.plan({ until: ['train'], settings: { as_of: '2024' } })
  // @ts-expect-error a plan that could not be made has no stages
  plan.stages
  if (plan.ok) {
    const states: StageState[] = plan.stages.map(({ state }) => state)
    const key: Digest | undefined = plan.stages[0]?.key
    // @ts-expect-error a key is a digest and no state
    states.push(key)
  }
  const run: ProgramRun = await project.run({
    executor,
    signal: new AbortController().signal,
    onEvent(event) {
      // @ts-expect-error not every event is a line
      event.line
      if (event.kind === 'stage_log') event.line.trim()
    },
  })
  // @ts-expect-error a run that was refused has no stages
  run.stages
  if (run.kind === 'finished') run.stages[0]?.outcome satisfies string | undefined
  if (run.kind === 'refused') run.problems[0]?.code satisfies string | undefined
  // @ts-expect-error no such target
  await project.run({ untill: ['train'] })
  // @ts-expect-error a target is among several
  await project.plan({ until: 'train' })
  // @ts-expect-error what starts a debugger is the command line's
  await project.run({ inspect: { stage: 'train', port: 0 } })
  const records: Records = project.read()
  const artefact: Artefact | undefined = records.artefact('model')
  if (artefact?.kind === 'file') artefact.size.toFixed()
  // @ts-expect-error a reference has no size
  if (artefact?.kind === 'reference') artefact.size.toFixed()
  // @ts-expect-error what is recorded is not to be changed
  records.stages()[0].outs.model = undefined
  // @ts-expect-error an executor has all five methods
  const partial: Executor = { submit: async (task: Task) => task.id.stage }
  void partial
}

it('is compiled', () => {
  expect(use).toBeTypeOf('function')
})
