// Where a run may write and cannot: a reader that goes away, a state folder on a read-only file system.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { jsonOf, outcomesOf, pipeline, project, type RunJson } from './rig.ts'

const CHATTY = pipeline({
  a: { cmd: 'seq 1 20000; echo done > a', outs: ['a'] },
  b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
})

test('a reader that goes away early (weir run | head -1) does not stop the run', async () => {
  const it = project({ 'pipeline.yaml': CHATTY })
  const end = await it.weir(['run'], {
    before: ['sh', '-c', '"$@" 2>errors.txt | head -1; exit 0', 'x'],
  })
  expect(end.stdout.split('\n')).toHaveLength(2)
  expect(it.read('errors.txt')).toBe('')
  expect(await it.outcomes()).toEqual({ a: 'cached', b: 'cached' })
})

const FULL = '/dev/full'

test.runIf(existsSync(FULL)).each([
  ['run', '"$@" > /dev/full'],
  ['run', '"$@" 2>/dev/null > /dev/full'],
  ['status', '"$@" > /dev/full'],
])(
  '`weir %s` with %s does its work, and the exit code says that it could not tell of it',
  async (command, shell) => {
    const it = project({ 'pipeline.yaml': CHATTY })
    const end = await it.weir([command], { before: ['sh', '-c', shell, 'x'] })
    expect(end.code).toBe(1)
    expect(end.stderr).toBe(
      shell.includes('2>')
        ? ''
        : 'error: stdout could not be written: ENOSPC: no space left on device, write\n',
    )
    expect(await it.outcomes()).toEqual(
      command === 'run' ? { a: 'cached', b: 'cached' } : { a: 'ran', b: 'ran' },
    )
  },
)

test('a reader of stderr that goes away does not stop a run with --json', async () => {
  const it = project({ 'pipeline.yaml': CHATTY })
  const end = await it.weir(['run', '--json'], {
    before: ['sh', '-c', '{ "$@" 2>&3 | cat; } 3>&1 >out.json | head -1', 'x'],
  })
  expect(end.stdout.split('\n')).toHaveLength(2)
  expect(outcomesOf(JSON.parse(it.read('out.json')) as RunJson)).toEqual({ a: 'ran', b: 'ran' })
})

function canRemount(): boolean {
  try {
    const script =
      'mkdir -p /tmp/weir-ro && mount --bind /tmp/weir-ro /tmp/weir-ro && mount -o remount,ro,bind /tmp/weir-ro'
    execFileSync('unshare', ['-rm', 'sh', '-c', script], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.runIf(canRemount())('a state folder that is read-only', () => {
  const READ_ONLY = [
    'unshare',
    '-rm',
    'sh',
    '-c',
    'mount --bind .weir .weir && mount -o remount,ro,bind .weir && exec "$@"',
    'x',
  ]

  test('status, dag and a dry run still answer; a run says what it cannot write, exit 1', async () => {
    const it = project({ 'pipeline.yaml': CHATTY })
    await it.run()
    for (const args of [['status'], ['dag'], ['explain', 'b'], ['run', '--dry-run']])
      expect(await it.weir(args, { before: READ_ONLY })).toMatchObject({ code: 0, stderr: '' })
    const end = await it.weir(['run', '--json'], { before: READ_ONLY })
    expect(end.code).toBe(1)
    expect(jsonOf<RunJson>(end)).toMatchObject({
      stages: [],
      ok: false,
      errors: [{ code: 'FILE_UNWRITABLE', hint: expect.stringContaining('right') as string }],
    })
  })
})

test('a state folder that is a file', async () => {
  const it = project({ 'pipeline.yaml': CHATTY, '.weir': 'a file' })
  const end = await it.weir(['run', '--json'])
  expect(end.code).toBe(1)
  expect(jsonOf<RunJson>(end).errors).toMatchObject([{ code: 'FILE_UNWRITABLE' }])
  expect((await it.weir(['status'])).code).toBe(0)
})
