// The end of a process whose work is not done, in processes of their own.
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const GUARD = new URL('../../src/commands/process-guard.ts', import.meta.url).href

/** What a process comes to that guards this work. */
function guarded(work: string) {
  const script = `import { guardProcess, inPlugin } from '${GUARD}'
await guardProcess([], async () => { ${work} })
console.log('done')`
  const node = ['--import', 'tsx', '--conditions', '@weir/source', '--input-type=module', '-e']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, script], {
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr.split('\n')[0] }
}

it.each([
  ['', 0, 'done\n', ''],
  ['await inPlugin("odd", () => 1)', 0, 'done\n', ''],
  ['process.exit(0)', 0, '', ''],
  [
    'await new Promise(() => undefined)',
    1,
    '',
    'error[BUG]: weir waits for what can never come, and has ended before its work was done',
  ],
  [
    'await inPlugin("odd", () => new Promise(() => undefined))',
    1,
    '',
    'error[PLUGIN_FAILED]: odd waits for what can never come, and has not done its work',
  ],
  [
    'await inPlugin("odd", () => process.exit(0))',
    1,
    '',
    'error[PLUGIN_FAILED]: odd has ended the process with exit code 0 (process.exit)',
  ],
  ['await inPlugin("odd", () => process.exit(130))', 130, '', ''],
  ['await inPlugin("odd", () => 1); process.exit(0)', 0, '', ''],
])('%s', (work, code, out, err) => {
  expect(guarded(work)).toEqual({ code, out, err })
})
