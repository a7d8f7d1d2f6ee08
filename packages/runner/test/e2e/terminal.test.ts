// A run on a pseudo-terminal: one without a size, one that is closed, one that is flooded. `script` makes the terminal.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { runs, until } from './processes.ts'
import { controlled, outcomesOf, type Project, pipeline, project } from './rig.ts'
import type { Running } from './running.ts'

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
}

/** Starts a run on a terminal of its own, which goes with the process that is returned; `to` takes what it shows. */
function onTerminal(it: Project, setUp: string, to = '/dev/null'): Running {
  it.write({ 'on-terminal.sh': `${setUp}; echo $$ > runner.pid; exec "$@"\n` })
  const quiet = to === '/dev/null' ? '' : '> /dev/null'
  const before = ['sh', '-c', `exec script -qec "sh on-terminal.sh $*" ${to} ${quiet}`, 'x']
  return it.start(['run'], { before, env: { TERM: 'xterm' } })
}

describe.runIf(hasScript())('a terminal', () => {
  test.each([
    0, 1, 2, 7,
  ])('of %i columns: every code that is written is one that a terminal knows', async (columns) => {
    const it = project({
      'pipeline.yaml': pipeline({
        a: { cmd: 'seq 1 20; sleep 0.3; echo x > a', outs: ['a'] },
        b: { cmd: 'false', deps: ['a'], outs: ['b'] },
      }),
    })
    const end = await onTerminal(it, `stty cols ${columns} rows ${columns}`).ended
    expect(end.code, end.stdout).toBe(1)
    expect(end.stdout).toContain('STAGE_FAILED')
    expect(end.stdout).not.toMatch(/Infinity|NaN|undefined/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes begin with one
    expect(end.stdout.replace(/\u001b\[\??\d*[A-Za-z]/g, '')).not.toContain('\u001b')
  })

  test('that is closed: the stages are stopped, the run ends, and what was finished is kept', async () => {
    const it = project({
      'pipeline.yaml': pipeline({
        quick: { cmd: 'echo 1 > quick', outs: ['quick'] },
        held: { cmd: `${controlled('held')}; true`, deps: ['quick'], outs: ['held.txt'] },
      }),
    })
    await it.listen()
    const run = onTerminal(it, 'stty cols 80')
    const held = await it.nextInvocation('held')
    const runner = Number(it.read('runner.pid'))
    run.kill('SIGKILL')
    await held.gone
    await until('the end of the runner', () => !runs(runner))
    const again = it.start(['run', '--json'])
    ;(await it.nextInvocation('held')).exit(0, { 'held.txt': 'x\n' })
    expect(outcomesOf(JSON.parse((await again.ended).stdout))).toEqual({
      quick: 'cached',
      held: 'ran',
    })
  })

  test('that takes a flood of lines is written to once a batch, and hears an interrupt meanwhile', async () => {
    const it = project({
      'pipeline.yaml': pipeline({ a: { cmd: 'yes "$(seq 1 30 | tr -d "\\n")"', outs: ['a'] } }),
    })
    const run = onTerminal(it, 'stty cols 80 rows 24', 'shown.txt')
    await until('a flood', () => it.has('.weir/logs/a.txt') && it.size('.weir/logs/a.txt') > 2e6)
    process.kill(Number(it.read('runner.pid')), 'SIGINT')
    expect((await run.ended).code).toBe(130)
    const shown = it.read('shown.txt')
    expect(shown).toContain('interrupted: stopping 1 stage')
    const lines = it.read('.weir/logs/a.txt').split('\n').length
    expect(shown.split('\u001b[J').length).toBeLessThan(lines / 20)
  })
})
