// Outputs that persist, when a run is killed or cannot record: the next one begins with what stood before, never with half of a run.
import { expect, test } from 'vitest'
import { API, controlled, type Project, pipeline, project } from './rig.ts'

/** Its command writes a line in place, waits for the test, and writes another one. */
async function appending(): Promise<Project> {
  const it = project({
    'pipeline.yaml': pipeline({
      a: {
        cmd: `echo begin >> log && ${controlled('a')} && echo end >> log`,
        always_changed: true,
        outs: [{ log: { persist: true } }],
      },
    }),
  })
  await it.listen()
  return it
}

async function killedInTheMiddle(it: Project): Promise<void> {
  const run = it.start(['run', '--json'])
  await it.nextInvocation('a')
  run.kill('SIGKILL')
  await run.ended
  expect(it.read('log').endsWith('begin\n')).toBe(true)
}

async function whole(it: Project): Promise<void> {
  const run = it.run()
  ;(await it.nextInvocation('a')).exit()
  expect((await run).end.code).toBe(0)
}

test('what stood before is what the next run begins with', async () => {
  const it = await appending()
  await whole(it)
  await killedInTheMiddle(it)
  await killedInTheMiddle(it)
  await whole(it)
  expect(it.read('log')).toBe('begin\nend\nbegin\nend\n')
})

test('where nothing stood, the next run begins with nothing', async () => {
  const it = await appending()
  await killedInTheMiddle(it)
  await whole(it)
  expect(it.read('log')).toBe('begin\nend\n')
})

test('what a person has written after a failure is not taken for half of a run', async () => {
  const it = await appending()
  const failing = it.run()
  ;(await it.nextInvocation('a')).exit(1)
  expect((await failing).end.code).toBe(1)
  it.write({ log: 'mine\n' })
  await whole(it)
  expect(it.read('log')).toBe('mine\nbegin\nend\n')
})

/** Appends a line to one output and makes another; where the project says so, its run cannot be recorded. */
const UNRECORDED = `
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { defineStage, text } from '${API}'
export default defineStage({
  title: 'Appends',
  outputs: { log: text('log'), fresh: text('fresh') },
  async run({ outputs }) {
    appendFileSync(outputs.log.path, 'line\\n')
    await outputs.fresh.write('new')
    if (!existsSync('unrecorded')) return
    rmSync('.weir/runs', { recursive: true, force: true })
    writeFileSync('.weir/runs', '')
  },
})
`

test.each([
  { before: 'line\n', again: 'line\nline\n' },
  { before: undefined, again: 'line\n' },
])('outputs of a run that could not be recorded are not in place: $before', async ({
  before,
  again,
}) => {
  const it = project({
    'a.ts': UNRECORDED,
    'pipeline.yaml': pipeline({
      a: { run: 'a.ts', always_changed: true, outs: [{ log: { persist: true } }, 'fresh'] },
    }),
  })
  const stands = () => (it.has('log') ? it.read('log') : undefined)
  if (before !== undefined) await it.outcomes()
  it.write({ unrecorded: '' })
  expect(await it.outcomes()).toEqual({ a: 'failed' })
  expect(stands()).toBe(before)
  expect(it.has('fresh')).toBe(before !== undefined)
  it.remove('unrecorded')
  it.remove('.weir/runs')
  expect(await it.outcomes()).toEqual({ a: 'ran' })
  expect(stands()).toBe(again)
})
