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

it('a command that fails is a failure of the stage', async () => {
  const { stages } = await cell('await $`exit 3`').run()
  expect(stages[0]).toMatchObject({
    outcome: 'failed',
    error: { code: 'STAGE_FAILED', message: expect.stringContaining('exit code: 3') },
  })
})

it('a command does not outlive its stage', async () => {
  const it = cell('await $`echo $$ > pid; exec sleep 1000`', { timeout: '2s' })
  const { stages } = await it.run()
  expect(stages[0]?.error?.code).toBe('STAGE_TIMEOUT')
  const pid = Number(it.read('pid'))
  expect(pid).toBeGreaterThan(1)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
