// A stage whose process cannot be started: the stage fails with a code and the cause, the others run.
import { describe, expect, test } from 'vitest'
import { API, outcomesOf, type Project, pipeline, project } from './rig.ts'

const OTHER = { cmd: 'echo x > other', outs: ['other'] }

/** Runs a project with --keep-going; the error of its first stage, and the outcome of the other. */
async function failing(it: Project): Promise<{ code?: string; message?: string; other?: string }> {
  const run = await it.run('--keep-going')
  expect(run.end.code).toBe(1)
  expect(run.end.stderr).not.toMatch(/^\s+at /m)
  const { code, message } = run.stages[0]?.error ?? {}
  const other = outcomesOf(run).other
  return { ...(code && { code }), ...(message && { message }), ...(other && { other }) }
}

describe('a process that cannot be started', () => {
  test('arguments that are too long for the system', async () => {
    const cmd = `: ${'x'.repeat(300_000)}`
    const it = project({ 'pipeline.yaml': pipeline({ a: { cmd, outs: ['a'] }, other: OTHER }) })
    expect(await failing(it)).toEqual({
      code: 'STAGE_FAILED',
      message: expect.stringMatching(/could not be started: .*E2BIG/) as string,
      other: 'ran',
    })
  })

  test('an environment that is too large, for a command and for a cell', async () => {
    const it = project({
      'params.yaml': `big: "${'x'.repeat(300_000)}"\n`,
      'stages/cell.ts': `import { Type } from '@sinclair/typebox'
import { defineStage, file } from '${API}'
export default defineStage({ title: 'c', params: Type.Object({}), outputs: { b: file('b') }, run() {} })
`,
      'pipeline.yaml': pipeline({
        a: { cmd: 'echo 1 > a', env: { BIG: '${big}' }, outs: ['a'] },
        b: { run: 'stages/cell.ts', env: { BIG: '${big}' }, outs: ['b'] },
        other: OTHER,
      }),
    })
    const run = await it.run('--keep-going')
    expect(outcomesOf(run)).toEqual({ a: 'failed', b: 'failed', other: 'ran' })
    for (const { error } of run.stages.slice(0, 2)) {
      expect(error?.code).toBe('STAGE_FAILED')
      expect(error?.message).toMatch(/could not be started: .*E2BIG/)
    }
  })

  test('a value of the environment that no process can have', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: 'echo 1 > a', env: { ZERO: 'a\0b' }, outs: ['a'] },
        other: OTHER,
      }),
    })
    expect(await failing(it)).toEqual({
      code: 'STAGE_FAILED',
      message: expect.stringContaining('could not be started') as string,
      other: 'ran',
    })
  })

  test('a program that is not there', async () => {
    const it = project({
      'not-there.mjs': `import childProcess from 'node:child_process'
import { EventEmitter } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
const { spawn } = childProcess
childProcess.spawn = (command, args, options) =>
  args[1]?.startsWith('echo 1') ? spawn('/does/not/exist', [], options) : spawn(command, args, options)
syncBuiltinESMExports()
`,
      'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] }, other: OTHER }),
    })
    const end = await it.weir(['run', '--keep-going'], {
      env: { NODE_OPTIONS: `--import=${it.path('not-there.mjs')}` },
    })
    expect(end.code).toBe(1)
    expect(end.stdout).toContain('could not be started: spawn /does/not/exist ENOENT')
    expect(it.has('other')).toBe(true)
  })
})

test('a project whose folder goes away while it runs: the run ends with a code', async () => {
  const it = project({
    'sub/pipeline.yaml': pipeline({
      a: { cmd: 'rm -rf ../sub; echo gone', outs: ['a'] },
      b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
    }),
  })
  const end = await it.weir(['run', '--json'], { cwd: 'sub' })
  expect(end.code).toBe(1)
  expect(end.stderr).not.toMatch(/^\s+at /m)
  expect(JSON.parse(end.stdout)).toMatchObject({ ok: false })
})
