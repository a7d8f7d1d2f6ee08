// `$` in a cell: commands are quoted, stand in the stage's log, and end with the stage.
import { expect, it } from 'vitest'
import { API, pipeline, project } from './rig.ts'

const cell = (body: string, stage: object = {}) =>
  project({
    'a.ts': `
import { defineStage, text } from '${API}'
export default defineStage({
  title: 'A',
  outputs: { out: text('out.txt') },
  async run({ $, outputs }) {
    ${body}
  },
})
`,
    'pipeline.yaml': pipeline({ a: { run: 'a.ts', outs: ['out.txt'], ...stage } }),
  })

it('a command and what it says stand in the log, and its arguments are one each', async () => {
  const it = cell(
    'await $`printf "%s|" ${["two words", "; exit 3"]} > ${outputs.out.path}; echo done >&2`',
  )
  const { ok, end } = await it.run()
  expect(ok).toBe(true)
  expect(it.read('out.txt')).toBe('two words|; exit 3|')
  expect(end.stderr).toContain('$ printf')
  expect(end.stderr).toContain('done')
})

it.each([
  ['exit 3', 'a command of $ exited with 3'],
  ['echo no; echo because >&2; exit 4', 'a command of $ exited with 4: because'],
  ['kill -9 $$', 'a command of $ ended by SIGKILL'],
])('a command that fails is a failure of the stage: %s', async (command, says) => {
  const { stages, end } = await cell(`await $\`${command}\``).run()
  const message = expect.stringContaining(says) as string
  expect(stages[0]).toMatchObject({ outcome: 'failed', error: { code: 'STAGE_FAILED', message } })
  expect(end.stderr).not.toContain('node:async_hooks')
})

it('a command does not outlive its stage', async () => {
  const it = cell('await $`echo $$ > pid; exec sleep 1000`', { timeout: '2s' })
  const { stages } = await it.run()
  expect(stages[0]?.error?.code).toBe('STAGE_TIMEOUT')
  const pid = Number(it.read('pid'))
  expect(pid).toBeGreaterThan(1)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
